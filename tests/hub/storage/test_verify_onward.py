"""Verifying onward says what the full check says, and goes on from where it ended."""

import pytest
from sqlalchemy import text

from hub.storage.verify import CHECKS, Violation, verify
from hub.storage.verify_onward import OnwardVerifier
from tests.hub.played_benches import UNIT_MG, PlayedBenches
from tests.hub.storage import test_verify, test_verify_subtle_breaks

floor = test_verify.floor
"""A floor in the middle of its work."""
SEEN_ONCE = {"ledger_chain", "audit", "applied_once"}
"""A row of the ledger, the audit or the facts is read once: these are named if they were broken before."""


def named(found: dict[str, list[Violation]]) -> set[str]:
    return {name for name, wrong in found.items() if wrong}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", test_verify.BREAKS)
def test_a_database_that_it_has_not_seen_is_judged_as_by_the_full_check(floor: PlayedBenches, name: str) -> None:
    with floor.engine.connect() as connection:
        connection.exec_driver_sql("DROP INDEX uq_purchase_order_line_open")
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        assert connection.execute(text(test_verify.BREAKS[name])).rowcount > 0
        found = named(OnwardVerifier().verify(connection))
        assert found == named(verify(connection))
        assert name in found


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("name", "sql"), test_verify_subtle_breaks.BREAKS)
def test_what_a_hand_does_so_that_sums_come_out_is_named_as_by_the_full_check(
    floor: PlayedBenches, name: str, sql: str
) -> None:
    with floor.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        connection.execute(text(sql))
        found = named(OnwardVerifier().verify(connection))
        assert found == named(verify(connection))


def test_every_invariant_is_looked_at(floor: PlayedBenches) -> None:
    with floor.engine.begin() as connection:
        assert OnwardVerifier().verify(connection).keys() == CHECKS.keys()


def test_it_goes_on_step_by_step_through_a_days_work() -> None:
    floor = PlayedBenches()
    verifier = OnwardVerifier()

    def holds() -> None:
        with floor.engine.begin() as connection:
            assert not named(verifier.verify(connection))
            assert not named(verify(connection))

    holds()
    floor.picked_tote("A", RED=2, BLUE=25)
    holds()
    floor.scan("pack-1", "TOTE-1")
    floor.check_items("pack-1", RED=2, BLUE=20)
    holds()
    floor.scan("pack-1", floor.weigh("pack-1", 100_000 + 22 * UNIT_MG).expected[0])
    holds()
    number = floor.purchase(BLUE=40)
    floor.scan("dock-1", number)
    floor.check_items("dock-1", BLUE=40)
    floor.scan("dock-1", f"PLATE-{number}")
    holds()


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", sorted(test_verify.BREAKS.keys() - SEEN_ONCE))
def test_what_stands_in_the_database_now_is_compared_each_time(floor: PlayedBenches, name: str) -> None:
    verifier = OnwardVerifier()
    with floor.engine.connect() as connection:
        assert not named(verifier.verify(connection))
        connection.exec_driver_sql("DROP INDEX uq_purchase_order_line_open")
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        connection.execute(text(test_verify.BREAKS[name]))
        assert name in named(verifier.verify(connection))


def test_a_balance_that_was_changed_is_named_however_long_ago_its_ledger_was_read(floor: PlayedBenches) -> None:
    verifier = OnwardVerifier()
    with floor.engine.connect() as connection:
        assert not named(verifier.verify(connection))
        connection.execute(text(test_verify.BREAKS["in_building"]))
        assert {"in_building", "balances_fold", "sum_is_zero"} <= named(verifier.verify(connection))


def test_a_new_transfer_that_was_changed_is_named(floor: PlayedBenches) -> None:
    verifier = OnwardVerifier()
    with floor.engine.begin() as connection:
        assert not named(verifier.verify(connection))
    floor.picked_tote("later", tote="TOTE-6", BLUE=1)
    with floor.engine.connect() as connection:
        connection.execute(text("UPDATE transfer SET reason = 'other' WHERE id = (SELECT MAX(id) FROM transfer)"))
        assert named(verifier.verify(connection)) == {"ledger_chain"}
