"""The ledger against a model that only adds and subtracts."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.storage import places
from hub.storage.ledger import Cause, LedgerError, ShortStock, StockKey
from hub.storage.transaction import Tx
from hub.storage.verify import CHECKS
from tests.hub.played_benches import PlayedBenches

CAUSE = Cause(reason="a test")
PLACES = ("bay-1/1", "bay-1/2", "TOTE-1", "stage", "supplier", "customer")
VIRTUAL = ("supplier", "customer")

move = st.tuples(st.just("move"), st.sampled_from(PLACES), st.sampled_from(PLACES), st.integers(1, 15))
reserve = st.tuples(st.just("reserve"), st.sampled_from(PLACES[:3]), st.just("stage"), st.integers(1, 15))
post = st.tuples(st.just("post"), st.just(""), st.sampled_from(PLACES[:3]), st.integers(1, 15))
void = st.tuples(st.just("void"), st.just(""), st.just(""), st.integers(1, 15))


class Model:
    """Units on hand and reserved by place; reservations with what is left of them."""

    def __init__(self) -> None:
        self.on_hand = dict.fromkeys(PLACES, 0) | {"bay-1/1": 20}
        self.reserved = dict.fromkeys(PLACES, 0)
        self.pending: list[list[object]] = []
        """[id, place, units left]"""

    def free(self, place: str) -> int:
        return self.on_hand[place] - self.reserved[place]


def stock_of(tx: Tx) -> StockKey:
    """RED, of which 20 lie in the first bin."""
    return StockKey(tx.client_id, 1, places.default_lot(tx.connection, 1))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(move, reserve, post, void), max_size=25))
def test_whatever_is_asked_the_ledger_does_what_adding_and_subtracting_does(
    steps: list[tuple[str, str, str, int]],
) -> None:
    floor, model = PlayedBenches(), Model()
    for act, from_name, to_name, units in steps:
        floor.call(lambda tx, a=act, f=from_name, t=to_name, n=units: step(tx, model, a, f, t, n))  # type: ignore[misc]
    found = floor.call(
        lambda tx: {
            name: tx.ledger.on_hand(stock_of(tx), places.find(tx.connection, tx.site_id, name).id) for name in PLACES
        }
    )
    for name in PLACES:
        expected = model.on_hand[name] if name != "supplier" else found[name][0]
        assert found[name] == (expected, model.reserved[name]), name
    assert floor.rows("SELECT SUM(on_hand) AS units FROM balance WHERE sku_id = 1")[0]["units"] == 0
    with floor.engine.begin() as connection:
        for name in ("sum_is_zero", "in_building", "balances_fold", "covered", "ledger_chain", "audit"):
            assert CHECKS[name](connection) == []


def step(tx: Tx, model: Model, act: str, from_name: str, to_name: str, units: int) -> None:
    """One step in both; what the model forbids, the ledger must refuse."""
    stock = stock_of(tx)
    at: Callable[[str], int] = lambda name: places.find(tx.connection, tx.site_id, name).id  # noqa: E731
    if act == "move":
        if from_name not in VIRTUAL and model.free(from_name) < units:
            with pytest.raises(ShortStock):
                tx.ledger.move(stock, units, at(from_name), at(to_name), CAUSE)
            return
        tx.ledger.move(stock, units, at(from_name), at(to_name), CAUSE)
        model.on_hand[from_name] -= units
        model.on_hand[to_name] += units
    elif act == "reserve":
        if model.free(from_name) < units:
            with pytest.raises(ShortStock):
                tx.ledger.reserve(stock, units, at(from_name), at(to_name), CAUSE)
            return
        model.pending.append([tx.ledger.reserve(stock, units, at(from_name), at(to_name), CAUSE), from_name, units])
        model.reserved[from_name] += units
    elif model.pending:
        number, place, left = model.pending[-1]
        assert isinstance(number, int) and isinstance(place, str) and isinstance(left, int)
        if units > left:
            with pytest.raises(LedgerError):
                if act == "post":
                    tx.ledger.post(number, units, CAUSE, to_id=at(to_name))
                else:
                    tx.ledger.void(number, CAUSE, units=units)
            return
        if act == "post":
            tx.ledger.post(number, units, CAUSE, to_id=at(to_name))
            model.on_hand[place] -= units
            model.on_hand[to_name] += units
        else:
            assert tx.ledger.void(number, CAUSE, units=units) == units
        model.reserved[place] -= units
        model.pending[-1][2] = left - units
        assert tx.ledger.outstanding(number) == left - units
