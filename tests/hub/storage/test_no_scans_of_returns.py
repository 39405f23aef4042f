"""No statement of the writer about returns reads a table from end to end that grows for years."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hub.domain.return_terms import ReturnTerms
from hub.handlers.authorising import expire_returns
from hub.handlers.grading import finish_refurbishing, hand_over_claim
from hub.storage.database import open_database
from tests.hub.returned_floor import DAY_US, DOCK, ReturnedFloor
from tests.hub.storage.statements import recorded, whole_scans

pytestmark = pytest.mark.sqlite_only

GROWING = {
    *("customer_return", "return_line", "returned_units", "return_item", "return_grade", "refund", "return_label"),
    *("order_line", "customer_order", "transfer", "balance", "parcel", "parcel_line", "location", "evidence", "mail"),
}


def work() -> None:
    """Everything that happens to returns."""
    floor = ReturnedFloor(returns=ReturnTerms(exchange_at="received"))
    floor.shipped("A", RED=3, BLUE=2)
    number = floor.authorised("A", (1, 2, "damaged"), (2, 2, "faulty"), wanted="exchange")
    [parcel] = floor.rows("SELECT tracking FROM parcel")
    floor.came(number, RED=1)
    floor.problem(DOCK)
    floor.came(parcel["tracking"], RED=2, BLUE=1)
    floor.problem(DOCK)
    floor.came("RETURN", RED=1)
    floor.problem(DOCK)
    floor.graded(number, "A")
    public = floor.graded(number, "B", 1)
    floor.graded(number, "S")
    floor.put_away()
    floor.call(lambda tx: finish_refurbishing(tx, public, 1, "C", "Rita"))
    floor.call(lambda tx: hand_over_claim(tx, "CLAIM-00001", "Rita"))
    floor.clock_us += 22 * DAY_US
    floor.call(lambda tx: expire_returns(tx, floor.policy, 10))
    assert floor.sound() and floor.facts_set_aside() == 0


def test_everything_that_the_writer_asks_of_returns_is_answered_by_an_index(tmp_path: Path) -> None:
    with recorded() as statements:
        work()
    open_database(tmp_path / "hub.db").dispose()
    with closing(sqlite3.connect(tmp_path / "hub.db")) as db:
        scans = {sql: found for sql in statements if (found := whole_scans(db, sql) & GROWING)}
    assert any("return_item" in sql for sql in statements), "the work asks too little to prove anything"
    assert not scans
