"""What a bay writes to its card: no more often, and no more of it, than a restart needs."""

from edge.contract.state import BayDesired
from edge.logic.memory import CONTENTS, DESIRED, encode, recall
from edge.logic.outcome import Outcome
from edge.logic.times import SAVE_DELAY_US
from tests.edge.logic.bay_floor import A_BIN, UNIT_MG, Floor, content, pick


class Watched(Floor):
    """A bay whose commits are noted, each with the keys that it writes."""

    commits: list[list[str]]

    def commit(self, outcome: Outcome) -> tuple[object, ...]:  # type: ignore[override]
        if outcome.events or outcome.memory:
            self.commits = [*getattr(self, "commits", []), sorted(outcome.memory)]
        return super().commit(outcome)


def led_from() -> Watched:
    """A bay that knows its bins' contents and has written everything down."""
    floor = Watched()
    floor.desire(pick())
    floor.later(SAVE_DELAY_US / 1e6)
    floor.commits = []
    return floor


def test_a_pick_with_its_weight_and_the_state_that_follows_it_are_two_commits() -> None:
    floor = led_from()
    floor.press()
    floor.desire()
    floor.hold(15)
    floor.later(60)
    assert floor.kinds()[-2:] == ["UnitsPicked", "WeightSettled"]
    assert floor.commits == [[f"bin/{A_BIN}"], [f"bin/{A_BIN}", DESIRED]]


def test_contents_are_written_when_they_change_and_known_after_a_restart() -> None:
    floor = led_from()
    kept = recall(floor.memory, CONTENTS, BayDesired)
    assert kept is not None and kept.bins[0].unit_mg == UNIT_MG
    desired = recall(floor.memory, DESIRED, BayDesired)
    assert desired is not None and (desired.bins, len(desired.tasks)) == ((), 1)
    floor.start()
    floor.load(20 * UNIT_MG)
    assert floor.logic._bins[A_BIN].wanted == content()


def test_a_card_of_before_holds_the_contents_with_the_state() -> None:
    floor = Floor()
    whole = BayDesired(generation=1, version=1, as_of=None, tasks=(pick(),), bins=(content(),))
    floor.memory = {DESIRED: encode(whole)}
    floor.start()
    assert floor.logic._bins[A_BIN].wanted == content()
    assert floor.logic.open_tasks() == ("T1",)
