"""The table of an order's stages is what moving units can do, no more and no less; the page shows it."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from hub.domain.order_drawing import asks_table, drawing, section
from hub.domain.order_states import (
    ALLOWED,
    ASKS,
    ENDED,
    EVENTS,
    STAGES,
    TRANSITIONS,
    UNIT_MOVES,
    Event,
    Stage,
    allowed_at,
    reached,
    stage_of,
)

PAGE = Path(__file__).parents[3] / "docs" / "orders.md"
UNITS = ("promised", "reserved", "picked", "packed", "shipped", "backordered", "at_supplier", "cancelled")
NEW_MAX = 2
"""So many units are ordered anew by one line at most."""
Order = tuple[dict[str, int], str]


def every_order() -> Iterator[Order]:
    """Orders with up to two units in each state, held and not: two are as good as any number."""
    for counts in product(range(3), repeat=len(UNITS)):
        for hold in ("", "payment"):
            yield dict(zip(UNITS, counts, strict=True)), hold


def after(event: Event, order: Order) -> Iterator[Order]:
    """Every order that an event can make of one."""
    units, hold = order
    stage = stage_of(*order)
    in_house = units["promised"] + units["backordered"]
    waits = in_house + units["at_supplier"]
    if (event == "receive") != (stage == "received") or (event in ASKS and stage not in ALLOWED[event]):  # type: ignore[index]
        return
    if event in ("hold", "let_go"):
        if waits or event == "let_go":
            yield units, "payment" if event == "hold" else ""
    elif event == "cancel":
        for asked_back in range(units["at_supplier"] + 1):  # a supplier that was told is asked first
            if waits > asked_back:
                gone = {"promised": 0, "backordered": 0, "at_supplier": asked_back}
                yield units | gone | {"cancelled": units["cancelled"] + waits - asked_back}, hold
    elif not (event == "release" and hold):
        yield from ((moved, hold) for moved in moves(event, units))


def moves(event: Event, units: dict[str, int]) -> Iterator[dict[str, int]]:
    """Any number of units, at least one, along the ways of an event."""
    ways = sorted(UNIT_MOVES[event])
    for numbers in product(*(range(NEW_MAX + 1 if a == "new" else units[a] + 1) for a, _ in ways)):
        moved = units | {"new": NEW_MAX * len(ways)}
        for (here, there), n in zip(ways, numbers, strict=True):
            moved[here] -= n
            moved[there] += n
        if any(numbers) and min(moved.values()) >= 0:
            yield {state: moved[state] for state in UNITS}


def test_the_table_is_what_moving_units_can_do_no_more_and_no_less() -> None:
    found: dict[Event, dict[Stage, set[Stage]]] = {event: {} for event in EVENTS}
    for order in every_order():
        here = stage_of(*order)
        for event in EVENTS:
            for following in after(event, order):
                found[event].setdefault(here, set()).add(stage_of(*following))
    assert {event: dict(rows) for event, rows in TRANSITIONS.items()} == found


def test_a_held_order_goes_to_no_cart_and_an_ended_one_nowhere() -> None:
    assert "held" not in TRANSITIONS["release"]
    for stage in ENDED:
        assert reached(stage, EVENTS) == {stage}
        assert allowed_at(stage) == ()


def test_every_stage_can_be_reached_and_ends_somewhere() -> None:
    assert reached("received", EVENTS) == frozenset(STAGES)
    for stage in STAGES:
        assert reached(stage, EVENTS) & ENDED


@pytest.mark.parametrize("order", [({"open": 1}, ""), ({"promised": 1}, "")])
def test_a_unit_that_is_not_looked_at_yet_counts_as_one_that_waits_for_a_cart(order: Order) -> None:
    assert stage_of(*order) == "promised"


def test_the_page_shows_the_table_and_the_drawing_of_the_code() -> None:
    _, _, rest = PAGE.read_text("utf-8").partition("<!-- stages -->\n")
    shown, end, _ = rest.partition("\n<!-- end of stages -->")
    assert end
    assert shown == section(), "Print it anew: python -m hub.domain.order_drawing"


def test_the_drawing_has_every_arrow_and_the_table_every_mark() -> None:
    arrows = {line.strip().partition(":")[0] for line in drawing().splitlines()}
    wanted = {
        f"{here} --> {there}"
        for rows in TRANSITIONS.values()
        for here, following in rows.items()
        for there in following
        if here != there
    }
    assert wanted <= arrows
    assert asks_table().count("✓") == sum(len(stages) for stages in ALLOWED.values())
