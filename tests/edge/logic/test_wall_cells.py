"""A wall's cells are a bay's bins: what is sorted changes from item to item, and signs stand where no task does."""

import pytest

from edge.contract.events import UnitsPutAway, WeightSettled
from edge.contract.state import BayDesired, BinContent, Sign, Task
from tests.edge.logic.bay_floor import UNIT_MG, Floor

FIRST, SECOND, THIRD = (f"bay-01/{n:02}" for n in (1, 2, 3))
TIN_MG = 50_000


def sorted_now(sku: str, unit_mg: int) -> tuple[BinContent, ...]:
    """What the hub says of every cell while an item is sorted."""
    return tuple(BinContent(bin=cell, sku=sku, unit_mg=unit_mg, spread_mg=200) for cell in (FIRST, SECOND, THIRD))


def put(cell: str, units: int, task: str) -> Task:
    return Task(task=task, kind="put", bin=cell, units=units, mark="P", colour="yellow", order=1)


@pytest.fixture
def floor() -> Floor:
    """Three empty cells of which nothing has been told."""
    floor = Floor(bins=3, units=0)
    floor.desire(bins=())
    floor.later(5)
    return floor


def test_a_unit_in_a_cell_that_is_not_lit_is_shown_at_once(floor: Floor) -> None:
    floor.desire(put(FIRST, 2, "P1"), bins=sorted_now("MUG", UNIT_MG))
    floor.hold(1, channel=1)
    floor.later(5)
    light = floor.light(SECOND)
    assert light is not None and (light.colour, light.text) == ("red", "!+1")
    floor.hold(0, channel=1)
    floor.later(5)
    assert floor.light(SECOND) is None
    floor.hold(2, channel=0)
    floor.press(f"confirm {FIRST}")
    floor.later(5)
    assert floor.kinds()[-2:] == ["UnitsPutAway", "WeightSettled"]


def test_the_next_item_is_counted_by_its_own_weight_on_top_of_what_lies_there(floor: Floor) -> None:
    floor.desire(put(FIRST, 2, "P1"), bins=sorted_now("MUG", UNIT_MG))
    floor.hold(2)
    floor.press(f"confirm {FIRST}")
    floor.later(5)
    floor.desire(put(FIRST, 3, "P2"), bins=sorted_now("TIN", TIN_MG))
    floor.move()
    floor.later(0.1)
    floor.load(2 * UNIT_MG + 3 * TIN_MG)
    floor.press(f"confirm {FIRST}")
    floor.later(5)
    puts = [event.units for event in floor.outbox if isinstance(event, UnitsPutAway)]
    weighed = [(e.cause, e.units_weighed, e.sure) for e in floor.outbox if isinstance(e, WeightSettled)]
    assert puts == [2, 3]
    assert weighed == [("tasks", 2, True), ("tasks", 3, True)]


def test_a_cell_that_the_hub_says_nothing_of_is_emptied_without_an_alarm(floor: Floor) -> None:
    floor.desire(put(FIRST, 2, "P1"), bins=sorted_now("MUG", UNIT_MG))
    floor.hold(2)
    floor.press(f"confirm {FIRST}")
    floor.later(5)
    told = len(floor.outbox)
    floor.desire(bins=sorted_now("MUG", UNIT_MG)[1:])
    floor.later(1)
    floor.hold(0)
    floor.later(5)
    assert floor.kinds(told) == [] and floor.light(FIRST) is None


def sign(floor: Floor, *tasks: Task, text: str = "DONE") -> None:
    floor.version += 1
    signs = (Sign(place=FIRST, colour="green", text=text),)
    desired = BayDesired(generation=1, version=floor.version, as_of=None, tasks=tasks, signs=signs)
    floor.commit(floor.logic.on_desired(desired, floor.now_us))


def test_a_sign_is_lit_without_a_task_and_gives_way_to_one(floor: Floor) -> None:
    sign(floor)
    light = floor.light(FIRST)
    assert light is not None and (light.colour, light.text, light.task) == ("green", "DONE", None)
    assert floor.press(f"confirm {FIRST}") == ()
    sign(floor, put(FIRST, 1, "P1"))
    light = floor.light(FIRST)
    assert light is not None and light.task == "P1"
    floor.press(f"confirm {FIRST}")
    assert floor.text(FIRST) == "DONE"


def test_a_sign_outlives_a_restart(floor: Floor) -> None:
    sign(floor)
    floor.later(5)
    floor.start()
    assert floor.text(FIRST) == "DONE"
