"""Who gets what is scarce: never more than there is, the urgent before others, as many complete orders as can be."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.allocation import Needs, WaitingLine, allocate, choose_quickly, fits, score
from hub.domain.allocation_solver import choose_by_solver, solver_installed

SKUS = st.integers(1, 4)
NEEDS = st.dictionaries(SKUS, st.integers(1, 9), min_size=1, max_size=3)


@st.composite
def shortages(draw: st.DrawFn) -> tuple[list[WaitingLine], dict[int, int]]:
    """Orders that wait, and what is free."""
    lines: list[WaitingLine] = []
    for order in range(draw(st.integers(1, 9))):
        terms: dict[str, Any] = {
            "priority": draw(st.integers(0, 2)),
            "ship_by_us": draw(st.none() | st.integers(0, 2)),
            "placed_us": draw(st.integers(0, 3)),
            "ship_complete": draw(st.booleans()),
        }
        for sku, units in draw(st.lists(st.tuples(SKUS, st.integers(1, 9)), min_size=1, max_size=4)):
            lines.append(WaitingLine(line_id=len(lines), order_id=order, sku_id=sku, units=units, **terms))
    return lines, draw(st.dictionaries(SKUS, st.integers(0, 20)))


def by_order(lines: list[WaitingLine]) -> dict[int, list[WaitingLine]]:
    found: dict[int, list[WaitingLine]] = {}
    for line in lines:
        found.setdefault(line.order_id, []).append(line)
    return found


def units_of(lines: list[WaitingLine]) -> dict[int, int]:
    found: dict[int, int] = {}
    for line in lines:
        found[line.sku_id] = found.get(line.sku_id, 0) + line.units
    return found


def is_whole(order: list[WaitingLine], given_units: dict[int, int]) -> bool:
    return all(given_units.get(line.line_id, 0) == line.units for line in order)


@given(shortages())
def test_never_more_is_given_than_is_free_or_asked_for(shortage: tuple[list[WaitingLine], dict[int, int]]) -> None:
    lines, free = shortage
    found = allocate(lines, free)
    for sku in range(5):
        assert sum(found.get(line.line_id, 0) for line in lines if line.sku_id == sku) <= free.get(sku, 0)
    assert all(0 < found[line.line_id] <= line.units for line in lines if line.line_id in found)


@given(shortages())
def test_no_order_loses_to_a_less_urgent_one_what_it_could_have_completed_with(
    shortage: tuple[list[WaitingLine], dict[int, int]],
) -> None:
    lines, free = shortage
    found = allocate(lines, free)
    for order in by_order(lines).values():
        if is_whole(order, found):
            continue
        left = dict(free)  # of what the orders at least as urgent left over
        for line in lines:
            if line.urgency <= order[0].urgency:
                left[line.sku_id] = left.get(line.sku_id, 0) - found.get(line.line_id, 0)
        lacks = units_of([line for line in order if found.get(line.line_id, 0) < line.units])
        assert not fits(units_of(order), left), "it could have been complete"
        if not order[0].ship_complete:
            assert all(left.get(sku, 0) == 0 for sku in lacks), "somebody less urgent could get what it lacks"


@given(shortages())
def test_an_order_that_ships_complete_gets_all_or_nothing(shortage: tuple[list[WaitingLine], dict[int, int]]) -> None:
    lines, free = shortage
    found = allocate(lines, free)
    for order in by_order(lines).values():
        if order[0].ship_complete:
            assert is_whole(order, found) or not any(line.line_id in found for line in order)


@given(shortages(), st.randoms())
def test_the_order_in_which_lines_are_told_changes_nothing(
    shortage: tuple[list[WaitingLine], dict[int, int]], rng: object
) -> None:
    lines, free = shortage
    shuffled = sorted(lines, key=lambda _: rng.random())  # type: ignore[attr-defined]
    assert allocate(shuffled, free) == allocate(lines, free)


def best(needs: list[Needs], free: dict[int, int]) -> tuple[int, int]:
    """The best score of all choices, each looked at."""
    found = (0, 0)
    for many in range(len(needs) + 1):
        for chosen in combinations(range(len(needs)), many):
            taken: dict[int, int] = {}
            for number in chosen:
                for sku, units in needs[number].items():
                    taken[sku] = taken.get(sku, 0) + units
            if fits(taken, free):
                found = max(found, score(frozenset(chosen), len(needs)))
    return found


def each_fits(asked: list[dict[int, int]], free: dict[int, int]) -> list[Needs]:
    return [needs for needs in asked if fits(needs, free)]


@pytest.mark.skipif(not solver_installed(), reason="the extra 'solver' is not installed")
@settings(max_examples=60, deadline=None)
@given(st.lists(NEEDS, max_size=8), st.dictionaries(SKUS, st.integers(1, 20)))
def test_the_solver_finds_the_best_choice_of_all(asked: list[dict[int, int]], free: dict[int, int]) -> None:
    needs = each_fits(asked, free)
    chosen = choose_by_solver(20.0)(needs, free)
    assert score(chosen, len(needs)) == best(needs, free)
    assert score(chosen, len(needs)) >= score(choose_quickly(needs, free), len(needs))


@given(st.lists(NEEDS, max_size=9), st.dictionaries(SKUS, st.integers(1, 20)))
def test_a_quick_choice_leaves_no_order_out_that_still_fits(asked: list[dict[int, int]], free: dict[int, int]) -> None:
    needs = each_fits(asked, free)
    chosen = choose_quickly(needs, free)
    left = dict(free)
    for number in chosen:
        for sku, units in needs[number].items():
            left[sku] -= units
    assert all(units >= 0 for units in left.values())
    assert not [number for number in set(range(len(needs))) - chosen if fits(needs[number], left)]


@given(st.lists(st.integers(1, 9), max_size=9), st.integers(1, 30))
def test_of_one_scarce_sku_the_quick_choice_completes_as_many_as_can_be(units: list[int], free: int) -> None:
    needs = each_fits([{1: n} for n in units], {1: free})
    assert len(choose_quickly(needs, {1: free})) == best(needs, {1: free})[0]


def test_the_solver_completes_an_order_more_than_any_greedy_way_where_greed_misleads() -> None:
    free = {1: 4, 2: 4, 3: 4, 4: 4}
    needs = [{1: 1, 2: 1, 3: 1, 4: 1}, {1: 4}, {2: 4}, {3: 4}, {4: 4}]
    assert choose_quickly(needs, free) == {0}
    pytest.importorskip("ortools")
    assert choose_by_solver(20.0)(needs, free) == {1, 2, 3, 4}


def test_without_time_the_choice_is_the_quick_one() -> None:
    needs = [{1: 1, 2: 1, 3: 1, 4: 1}, {1: 4}, {2: 4}, {3: 4}, {4: 4}]
    free = {1: 4, 2: 4, 3: 4, 4: 4}
    assert choose_by_solver(0.0)(needs, free) == choose_quickly(needs, free)


def test_an_older_order_takes_a_younger_ones_place_where_as_many_are_complete() -> None:
    assert choose_quickly([{1: 3}, {1: 2}], {1: 4}) == {0}


def test_priority_goes_before_the_promised_date_and_that_before_age() -> None:
    def one(line: int, priority: int, ship_by_us: int | None, placed_us: int) -> WaitingLine:
        return WaitingLine(
            line_id=line,
            order_id=line,
            sku_id=1,
            units=1,
            priority=priority,
            ship_by_us=ship_by_us,
            placed_us=placed_us,
        )

    turns = [one(1, 5, None, 9), one(2, 0, 100, 8), one(3, 0, 200, 1), one(4, 0, None, 0), one(5, 0, None, 7)]
    for units in range(1, 6):
        assert list(allocate(turns[::-1], {1: units})) == [1, 2, 3, 4, 5][:units]
