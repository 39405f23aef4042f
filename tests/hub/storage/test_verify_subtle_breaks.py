"""What a hand in the database's file may do so that the sums still come out: verify names it all the same."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from hub.storage.database import open_database
from hub.storage.verify import verify
from tests.databases import ignore_checks
from tests.hub.stocked_floor import StockedFloor

BREAKS = [
    ("promise_is_lines", "DELETE FROM promise"),
    ("promise_is_lines", "UPDATE order_line SET promised = promised + 1, ordered = ordered + 1"),
    ("no_gap", "UPDATE fact SET seq = seq + 1 WHERE id = (SELECT MAX(id) FROM fact)"),
    ("no_gap", "UPDATE fact SET seq = 0 WHERE seq = 1"),
    ("no_gap", "DELETE FROM fact WHERE id = (SELECT MIN(id) FROM fact)"),
    ("no_gap", "DELETE FROM inbox"),
    ("no_gap", "UPDATE fact SET state = 'conflict' WHERE id = (SELECT MAX(id) FROM fact)"),
    ("covered", "UPDATE balance SET physical = 1 - physical"),
    ("covered", "UPDATE balance SET physical = 0, on_hand = -1 WHERE physical = 1"),
    ("covered", "UPDATE balance SET reserved = -1 WHERE physical = 1"),
    ("order_lines_add_up", "UPDATE order_line SET open = open - 1, shipped = shipped + 1"),
    ("balances_fold", "DELETE FROM balance WHERE on_hand <> 0"),
    ("balances_fold", "UPDATE transfer SET to_id = from_id WHERE kind = 'move' AND reason = 'go_live'"),
    ("balances_fold", "UPDATE transfer SET kind = 'post' WHERE kind = 'void' OR kind = 'reserve'"),
    ("reserved_is_lines", "UPDATE balance SET reserved = 0 WHERE reserved > 0"),
    ("audit", "DELETE FROM audit WHERE first_transfer IS NOT NULL AND id = (SELECT MAX(id) FROM audit WHERE"
     " first_transfer IS NOT NULL)"),
    ("audit", "UPDATE audit SET last_transfer = last_transfer + 1 WHERE id = (SELECT MAX(id) FROM audit)"),
    ("audit", "DELETE FROM audit"),
    ("ledger_chain", "UPDATE transfer SET chain = (SELECT chain FROM audit WHERE id = 1) WHERE id > 1"),
    ("ledger_chain", "UPDATE transfer SET actor = 'somebody else' WHERE id = 1"),
]  # fmt: skip
"""(the invariant that names it, the statement)"""


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StockedFloor]:
    """One order is picked, one is lit, one waits. Every break is rolled back."""
    made = StockedFloor(tmp_path_factory.mktemp("broken"))
    made.picked_tote("picked", tote="TOTE-0001", RED=3)
    made.order("waits", BLUE=2, GREEN=100)
    made.order("lit", BLUE=1)
    made.load_cart("TOTE-0002", cart="CART-2", badge="BADGE-ben")
    made.problem("induct-1")
    assert made.sound()
    assert made.tasks("pick", "open")
    yield made
    made.close()


@pytest.fixture
def hand(floor: StockedFloor) -> Iterator[Connection]:
    """A hand in the database, past every constraint; what it does is rolled back."""
    engine = open_database(floor.database)
    with engine.connect() as connection:
        ignore_checks(connection)
        yield connection
        connection.rollback()
    engine.dispose()
    assert floor.sound()


@pytest.mark.parametrize(("name", "sql"), BREAKS)
def test_a_break_behind_which_the_sums_come_out_is_named(hand: Connection, name: str, sql: str) -> None:
    assert hand.execute(text(sql)).rowcount > 0, "the statement changed nothing"
    found = verify(hand)[name]
    assert found
    assert all(violation.invariant == name and violation.detail for violation in found)


def test_of_very_many_violations_ten_are_named(hand: Connection) -> None:
    for number in range(25):
        hand.execute(text("INSERT INTO inbox (device, journal, watermark) VALUES ('bay', :n, 1)"), {"n": number})
    assert len(verify(hand)["no_gap"]) == 10
