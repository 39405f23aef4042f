"""A weight that flickers or creeps: no hand did it, the card is spared, and a kill loses nothing that counts."""

from collections.abc import Mapping

from edge.logic.memory import BIN, BinMemory, recall
from edge.logic.outcome import Outcome
from edge.logic.times import CREEP_SAVE_US
from tests.edge.logic.bay_floor import A_BIN, DIVISION_MG, UNIT_MG, Floor, pick

FULL_MG = 20 * UNIT_MG


class CountingFloor(Floor):
    """A floor that counts how often memory is written."""

    writes = 0

    def commit(self, outcome: Outcome) -> tuple[object, ...]:  # type: ignore[override]
        self.writes += bool(outcome.memory)
        return super().commit(outcome)


def quiet() -> CountingFloor:
    """A floor at rest that has written everything."""
    floor = CountingFloor()
    floor.desire()
    floor.later(2)
    floor.writes = 0
    return floor


def written_mg(memory: Mapping[str, bytes]) -> int | None:
    kept = recall(memory, BIN + A_BIN, BinMemory)
    assert kept is not None
    return kept.baseline_mg


def test_a_flicker_of_one_or_two_divisions_does_not_write_for_ever() -> None:
    floor = quiet()
    for turn in range(3_000):
        floor.load(FULL_MG + (turn % 3) * DIVISION_MG)
        floor.later(0.1)
    assert floor.writes == 0
    floor.later(CREEP_SAVE_US / 1e6)
    assert floor.writes <= 1


def test_a_creep_is_written_before_it_counts() -> None:
    floor = quiet()
    for step in range(1, 300):
        weight_mg = FULL_MG + step * DIVISION_MG
        floor.load(weight_mg)
        floor.later(5)
        found_mg = written_mg(floor.memory)
        assert found_mg is not None and abs(weight_mg - found_mg) < 3 * DIVISION_MG
    assert floor.writes <= 100
    assert floor.outbox == []


def test_a_creep_that_a_kill_has_forgotten_is_no_outage_and_the_next_pick_agrees() -> None:
    floor = quiet()
    floor.load(FULL_MG + 2 * DIVISION_MG)
    floor.later(1)
    floor.start()
    floor.load(FULL_MG + 2 * DIVISION_MG)
    floor.later(3)
    assert floor.outbox == []
    floor.desire(pick())
    floor.move()
    floor.later(0.1)
    floor.load(FULL_MG + 2 * DIVISION_MG - 5 * UNIT_MG)
    floor.later(1)
    floor.press()
    floor.later(2)
    assert floor.kinds() == ["UnitsPicked", "WeightSettled"]
    assert floor.logic.alarms() == ()


def test_a_flicker_in_a_bin_of_unknown_content_does_not_write_for_ever_either() -> None:
    floor = quiet()
    floor.desire(bins=())
    floor.later(2)
    floor.writes = 0
    for turn in range(300):
        floor.move()
        floor.later(0.1)
        floor.load(FULL_MG + (turn % 2) * DIVISION_MG)
        floor.later(0.5)
    assert floor.writes == 0


def test_a_task_that_is_told_writes_what_has_crept_with_it() -> None:
    floor = quiet()
    floor.load(FULL_MG + DIVISION_MG)
    floor.desire(pick())
    floor.press()
    assert written_mg(floor.memory) == FULL_MG + DIVISION_MG
