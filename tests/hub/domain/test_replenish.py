"""Which pick bins are filled up from reserve, with how many units, and which go first."""

from dataclasses import replace

from hub.domain.replenish import Move, PickBin, Reserve, Stands, in_turn, plan, short

NEAR = PickBin(id=1, name="near", free=3, min_units=5, max_units=20)
FAR = PickBin(id=2, name="far", free=9, min_units=5, max_units=20)
STOCK = Reserve(id=9, name="reserve", lot_id=1, units=100)
BOTH = Stands(sku_id=1, bins=(NEAR, FAR), reserve=(STOCK,))


def told(moves: list[Move]) -> list[tuple[str, int, bool]]:
    return [(move.bin.name, move.units, move.urgent) for move in moves]


def alone(**values: int | bool | None) -> Stands:
    return replace(BOTH, bins=(replace(NEAR, **values),))  # type: ignore[arg-type]


def test_only_a_bin_below_its_least_is_filled_up() -> None:
    assert told(plan(BOTH, 999)) == [("near", 17, False)]
    assert plan(alone(free=5), 999) == []


def test_what_is_on_the_way_counts_as_there() -> None:
    assert plan(alone(on_way=2), 999) == []


def test_promises_are_served_by_the_bins_together_before_anything_is_short() -> None:
    """Twelve lie there: the bin with more in it serves nine of ten, the other one."""
    promised = replace(BOTH, promised=10)
    assert short(promised) == 0
    assert told(plan(promised, 999)) == [("near", 17, False), ("far", 11, False)]


def test_what_is_short_is_urgent_and_goes_where_most_room_is() -> None:
    assert told(plan(replace(BOTH, promised=15), 999)) == [("near", 17, True), ("far", 11, False)]


def test_urgent_brings_what_is_short_though_it_is_more_than_the_bins_most() -> None:
    assert told(plan(replace(alone(), promised=50), 999)) == [("near", 47, True)]


def test_a_bin_without_a_least_is_filled_for_orders_only() -> None:
    plain = alone(min_units=None, max_units=None)
    assert plan(plain, 999) == []
    assert told(plan(replace(plain, promised=7), 999)) == [("near", 4, True)]


def test_a_move_asks_for_no_more_than_fits_lies_in_one_bin_or_a_light_can_show() -> None:
    assert told(plan(alone(room=6), 999)) == [("near", 6, False)]
    assert plan(alone(room=0), 999) == []
    two = (replace(STOCK, units=4), replace(STOCK, id=8))
    assert told(plan(replace(alone(), reserve=two), 999)) == [("near", 4, False)]
    assert told(plan(alone(), 10)) == [("near", 10, False)]


def test_what_one_bin_gets_another_does_not() -> None:
    both_low = replace(BOTH, bins=(NEAR, replace(FAR, free=1)), reserve=(replace(STOCK, units=20),))
    assert told(plan(both_low, 999)) == [("near", 17, False), ("far", 3, False)]


def test_a_bin_that_is_held_or_being_filled_up_is_left_alone() -> None:
    assert plan(alone(held=True), 999) == []
    assert plan(alone(busy=True), 999) == []
    held = replace(BOTH, bins=(NEAR, replace(FAR, held=True)), promised=5)
    assert told(plan(held, 999)) == [("near", 17, True)]


def test_urgent_goes_first_by_the_turn_of_its_order_then_the_bin_that_lacks_most() -> None:
    later = replace(alone(), sku_id=2, promised=9, first=(0, 200, 1, 1))
    sooner = replace(alone(), sku_id=3, promised=9, first=(0, 100, 1, 2))
    by_priority = replace(alone(), sku_id=4, promised=9, first=(-1, 300, 1, 3))
    emptier = replace(alone(free=0), sku_id=5)
    moves = [move for one in (alone(), later, emptier, sooner, by_priority) for move in plan(one, 999)]
    assert [move.sku_id for move in in_turn(moves)] == [4, 3, 2, 5, 1]


def test_a_lane_gives_what_lies_there_and_is_never_filled_from_reserve() -> None:
    lane = PickBin(id=2, name="bay-09/01", free=4, is_lane=True)
    bin_ = PickBin(id=1, name="bay-01/01", free=0)
    there = Reserve(id=9, name="bay-05/01", lot_id=1, units=50)
    assert short(Stands(sku_id=1, bins=(lane,), reserve=(there,), promised=4)) == 0
    assert plan(Stands(sku_id=1, bins=(lane,), reserve=(there,), promised=6), 99) == []
    [move] = plan(Stands(sku_id=1, bins=(lane, bin_), reserve=(there,), promised=6), 99)
    assert (move.bin.name, move.units) == ("bay-01/01", 2)
