"""The table of a return's stages is what moving units can do, no more and no less; the page shows it."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

from hub.domain.return_drawing import return_drawing, return_section, return_stages_table
from hub.domain.return_states import (
    RETURN_ENDED,
    RETURN_EVENTS,
    RETURN_STAGES,
    RETURN_WORDS,
    TRANSITIONS,
    UNIT_MOVES,
    UNIT_STATES,
    ReturnEvent,
    ReturnStage,
    stage_of,
)

PAGE = Path(__file__).parents[3] / "docs" / "returns.md"
NEW_MAX = 2
"""So many units come anew at once."""
UNITS_MAX = 4
"""Returns of more units are not tried: two in a state are as good as any number."""
Units = tuple[int, ...]
"""By state, as they stand in UNIT_STATES."""


def after(event: ReturnEvent, units: Units) -> Iterator[Units]:
    """Every return that an event can make of one."""
    if (event == "authorise") and sum(units):
        return
    ways = sorted(UNIT_MOVES[event])
    index = {state: n for n, state in enumerate(UNIT_STATES)}
    whole = event in ("expire", "cancel")
    choices = []
    for source, _ in ways:
        there = NEW_MAX if source == "new" else units[index[source]]  # type: ignore[index]
        choices.append((there,) if whole else range(there + 1))
    for numbers in product(*choices):
        moved = list(units)
        for (source, goal), number in zip(ways, numbers, strict=True):
            if source != "new":
                moved[index[source]] -= number  # type: ignore[index]
            moved[index[goal]] += number  # type: ignore[index]
        if sum(numbers) and sum(moved) <= UNITS_MAX:
            yield tuple(moved)


def stage(units: Units) -> ReturnStage:
    return stage_of(dict(zip(UNIT_STATES, units, strict=True)))


def test_the_table_says_what_every_return_that_there_can_be_does() -> None:
    start = tuple(0 for _ in UNIT_STATES)
    seen, fresh = {start}, [start]
    done: dict[ReturnEvent, dict[ReturnStage, set[ReturnStage]]] = {event: {} for event in RETURN_EVENTS}
    while fresh:
        units = fresh.pop()
        for event in RETURN_EVENTS:
            for moved in after(event, units):
                done[event].setdefault(stage(units), set()).add(stage(moved))
                if moved not in seen:
                    seen.add(moved)
                    fresh.append(moved)
    assert done == {event: {here: set(there) for here, there in table.items()} for event, table in TRANSITIONS.items()}


def test_every_stage_has_words_and_is_reached() -> None:
    assert RETURN_WORDS.keys() == set(RETURN_STAGES)
    reached = {there for table in TRANSITIONS.values() for following in table.values() for there in following}
    assert reached | {"new"} == set(RETURN_STAGES)


def test_from_where_a_return_ended_only_goods_that_come_all_the_same_lead_on() -> None:
    leading = {event for event, table in TRANSITIONS.items() if RETURN_ENDED & table.keys()}
    assert leading == {"unannounced", "late"}


def test_the_page_shows_the_table_and_the_drawing() -> None:
    text = PAGE.read_text("utf-8")
    shown = text.partition("<!-- stages -->\n")[2].partition("\n<!-- end of stages -->")[0]
    assert shown == return_section(), "Print it anew: python -m hub.domain.return_drawing"
    assert return_drawing() in shown and return_stages_table() in shown
