"""The ledger step by step over a real file: what each transfer does to the balances, and what is refused whole."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from hub.ids import Ids
from hub.storage import places, setup
from hub.storage.database import open_database
from hub.storage.evidence import weigh_evidence
from hub.storage.ledger import CHAIN_COLUMNS, CHAIN_START, Cause, LedgerError, ShortStock, StockKey, chain_link
from hub.storage.prepared import savepoint
from hub.storage.transaction import Tx
from hub.storage.verify import CHECKS
from hub.storage.writer import Writer
from tests.databases import database_of, is_postgresql
from tests.hub.storage.bay_facts import ANA, WALL_US

WHY = Cause(reason="a test")
OPENING = 20
LEDGER_CHECKS = ("sum_is_zero", "in_building", "balances_fold", "covered", "ledger_chain", "audit")


class Book:
    """One SKU, twenty of it in bin A, none in bin B or in the tote."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        site_id, client_id, _, _ = setup.found_site(engine, "site", "client", 0)
        self.writer = Writer(
            engine, now_us=lambda: WALL_US, ids=Ids(lambda: 7, Random(1)), site_id=site_id, client_id=client_id
        )
        self.at: dict[str, int] = {}
        self.stock = self.call(self._set_up)

    def _set_up(self, tx: Tx) -> StockKey:
        setup.add_places(tx, ["TOTE"])
        columns = dict.fromkeys(
            ("unit_mg", "spread_mg", "length_mm", "width_mm", "height_mm", "price_minor", "cost_minor"), 1
        ) | {"reorder_point_units": 0, "reorder_units": 1}
        supplier_id = setup.add_supplier(tx, "Supplier", 1)
        words = {"code": "RED", "description": "red", "gtin": "00000000000017", "supplier_id": supplier_id}
        stock = setup.add_sku(tx, columns | words)
        for name in ("A", "B"):
            setup.add_bin(tx, name, "bay-1", stock.sku_id, 0, 0)
        setup.put_in(tx, stock, OPENING, "A", Cause(reason="go_live"))
        rows = tx.connection.execute(text("SELECT name, id FROM location"))
        self.at = {row.name: row.id for row in rows}
        return stock

    def call(self, job: Callable[[Tx], Any]) -> Any:
        return self.writer.call(ANA, job)

    def move(self, units: int, from_name: str, to_name: str, cause: Cause = WHY) -> int:
        at = self.at
        moved: int = self.call(lambda tx: tx.ledger.move(self.stock, units, at[from_name], at[to_name], cause))
        return moved

    def reserve(self, units: int, from_name: str = "A", to_name: str = "TOTE") -> int:
        at = self.at
        made: int = self.call(lambda tx: tx.ledger.reserve(self.stock, units, at[from_name], at[to_name], WHY))
        return made

    def there(self, name: str) -> tuple[int, int]:
        """(on hand, reserved)"""
        found: tuple[int, int] = self.call(lambda tx: tx.ledger.on_hand(self.stock, self.at[name]))
        return found

    def outstanding(self, pending_id: int) -> int:
        left: int = self.call(lambda tx: tx.ledger.outstanding(pending_id))
        return left

    def transfers(self) -> list[tuple[Any, ...]]:
        """(kind, pending, units) of what was booked after the opening."""
        with self.engine.begin() as connection:
            rows = connection.execute(text("SELECT kind, pending_id, units FROM transfer WHERE id > 1 ORDER BY id"))
            return [tuple(row) for row in rows]

    def sound(self) -> bool:
        with self.engine.begin() as connection:
            found = {name: CHECKS[name](connection) for name in LEDGER_CHECKS}
        assert not any(found.values()), found
        return True


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    engine = open_database(database_of(tmp_path))
    yield Book(engine)
    engine.dispose()


def test_what_leaves_one_place_comes_to_another(book: Book) -> None:
    book.move(3, "A", "B")
    assert (book.there("A"), book.there("B")) == ((17, 0), (3, 0))
    assert book.there("adjustment") == (-OPENING, 0)
    assert book.sound()


def test_a_transfer_is_reversed_by_another_and_both_stay(book: Book) -> None:
    first = book.move(3, "A", "B")
    again = book.move(3, "B", "A", Cause(reason="correction", ref_kind="transfer", ref_id=str(first)))
    assert again > first
    assert (book.there("A"), book.there("B")) == ((OPENING, 0), (0, 0))
    assert book.transfers() == [("move", None, 3), ("move", None, 3)]
    assert book.sound()


@pytest.mark.parametrize("name", ["A", "B", "TOTE", "stage"])
def test_no_physical_place_gives_more_than_it_has(book: Book, name: str) -> None:
    before = book.there(name)
    with pytest.raises(ShortStock, match=rf"expected {OPENING + 1} units free, got {before[0]} on hand"):
        book.move(OPENING + 1, name, "customer")
    assert book.there(name) == before
    assert book.transfers() == []
    assert book.sound()


def test_a_virtual_place_owes_what_it_gave(book: Book) -> None:
    book.move(7, "supplier", "B")
    book.move(2, "astray", "A")
    assert (book.there("supplier"), book.there("astray")) == ((-7, 0), (-2, 0))
    assert book.sound()


def test_what_is_reserved_is_neither_moved_nor_reserved_again(book: Book) -> None:
    book.reserve(15)
    for again in (lambda: book.move(6, "A", "B"), lambda: book.reserve(6)):
        with pytest.raises(ShortStock, match="expected 6 units free, got 20 on hand of which 15 reserved"):
            again()
    book.move(5, "A", "B")
    assert book.there("A") == (15, 15)
    assert book.sound()


def test_a_reservation_is_posted_in_parts_to_where_it_went_and_the_rest_is_voided(book: Book) -> None:
    pending = book.reserve(10)
    book.call(lambda tx: tx.ledger.post(pending, 4, WHY))
    book.call(lambda tx: tx.ledger.post(pending, 3, WHY, to_id=book.at["B"]))
    assert (book.there("A"), book.there("TOTE"), book.there("B")) == ((13, 3), (4, 0), (3, 0))
    assert book.outstanding(pending) == 3
    assert book.call(lambda tx: tx.ledger.void(pending, WHY)) == 3
    assert book.outstanding(pending) == 0
    assert book.there("A") == (13, 0)
    assert book.transfers() == [
        ("reserve", None, 10), ("post", pending, 4), ("post", pending, 3), ("void", pending, 3)
    ]  # fmt: skip
    assert book.sound()


def test_a_finished_reservation_is_neither_posted_nor_voided_again(book: Book) -> None:
    pending = book.reserve(2)
    book.call(lambda tx: tx.ledger.post(pending, 2, WHY))
    with pytest.raises(LedgerError, match=f"Reservation {pending}: expected at most 0 units to post, got 1"):
        book.call(lambda tx: tx.ledger.post(pending, 1, WHY))
    with pytest.raises(LedgerError, match="expected at most 0 units to void, got 1"):
        book.call(lambda tx: tx.ledger.void(pending, WHY, units=1))
    assert book.call(lambda tx: tx.ledger.void(pending, WHY)) == 0
    assert len(book.transfers()) == 2
    assert book.sound()


def test_only_a_reservation_is_posted_or_voided(book: Book) -> None:
    moved = book.move(1, "A", "B")
    for number in (moved, 4711):
        with pytest.raises(LedgerError, match=f"Expected a reservation, got transfer {number}"):
            book.call(lambda tx, n=number: tx.ledger.post(n, 1, WHY))
        with pytest.raises(LedgerError, match=f"Expected a reservation, got transfer {number}"):
            book.call(lambda tx, n=number: tx.ledger.void(n, WHY))
    assert book.outstanding(4711) == 0


@pytest.mark.parametrize("units", [0, -1])
def test_a_transfer_of_nothing_or_less_is_a_fault_of_ours_and_books_nothing(book: Book, units: int) -> None:
    pending = book.reserve(5)
    jobs: list[Callable[[Tx], object]] = [
        lambda tx: tx.ledger.move(book.stock, units, book.at["A"], book.at["B"], WHY),
        lambda tx: tx.ledger.reserve(book.stock, units, book.at["A"], book.at["B"], WHY),
        lambda tx: tx.ledger.post(pending, units, WHY),
    ]
    for job in jobs:
        with pytest.raises((AssertionError, ShortStock, IntegrityError)):
            book.call(job)
    assert (book.there("A"), book.there("B")) == ((OPENING, 5), (0, 0))
    assert len(book.transfers()) == 1
    assert book.sound()


def test_what_a_job_booked_before_it_failed_is_gone_and_the_chain_goes_on(book: Book) -> None:
    def half(tx: Tx) -> None:
        tx.ledger.move(book.stock, 5, book.at["A"], book.at["B"], WHY)
        tx.ledger.move(book.stock, 5, book.at["TOTE"], book.at["B"], WHY)

    with pytest.raises(ShortStock):
        book.call(half)
    assert book.transfers() == []
    book.move(1, "A", "B")
    assert book.sound()


def test_what_is_undone_within_a_job_is_forgotten_by_chain_audit_and_places(book: Book) -> None:
    def job(tx: Tx) -> None:
        tx.ledger.move(book.stock, 1, book.at["A"], book.at["B"], WHY)
        mark = tx.ledger.mark()
        with pytest.raises(ZeroDivisionError), savepoint(tx.connection, "part"):
            made = places.make(tx, "a plate", "plate")
            tx.ledger.move(book.stock, 1, book.at["A"], made, WHY)
            _ = 1 // 0
        tx.ledger.forget(mark)
        other = places.make(tx, "another supplier", "supplier")
        assert is_postgresql() or other == made, "SQLite gives the number again"
        tx.ledger.move(book.stock, 2, other, book.at["A"], WHY)

    book.call(job)
    assert [units for _, _, units in book.transfers()] == [1, 2]
    assert book.there("A") == (OPENING - 1 + 2, 0)
    assert book.sound()


def test_the_database_itself_refuses_a_place_below_nothing(book: Book) -> None:
    sqls = ("on_hand = -1", "reserved = -1", "reserved = on_hand + 1")
    for change in sqls:
        with pytest.raises(IntegrityError, match="covered"):
            book.call(lambda tx, c=change: tx.connection.execute(text(f"UPDATE balance SET {c} WHERE physical = 1")))
    assert book.sound()


def test_promises_are_added_and_given_back_never_below_nothing(book: Book) -> None:
    def promised() -> int:
        with book.engine.begin() as connection:
            return int(connection.execute(text("SELECT COALESCE(SUM(promised), 0) FROM promise")).scalar_one())

    sku_id = book.stock.sku_id
    with pytest.raises(LedgerError, match="2 promised units to give back, but none were promised"):
        book.call(lambda tx: tx.ledger.promise(sku_id, -2))
    for units in (3, 0, 4, -2):
        book.call(lambda tx, n=units: tx.ledger.promise(sku_id, n))
    assert promised() == 5
    with pytest.raises(IntegrityError, match="promised"):
        book.call(lambda tx: tx.ledger.promise(sku_id, -6))
    assert promised() == 5


def test_a_transfer_says_who_why_when_and_by_what_evidence(book: Book) -> None:
    def job(tx: Tx) -> int:
        seen = weigh_evidence(tx, by="weight", before_mg=100, after_mg=50, units_weighed=1)
        cause = Cause(
            reason="pick", ref_kind="task", ref_id="t1", actor="Ana", occurred_us=5, device="bay-1", journal="j",
            seq=9, evidence_id=seen,
        )  # fmt: skip
        return tx.ledger.move(book.stock, 1, book.at["A"], book.at["TOTE"], cause)

    number = book.call(job)
    with book.engine.begin() as connection:
        row = connection.execute(text("SELECT * FROM transfer WHERE id = :id"), {"id": number}).mappings().one()
        seen = connection.execute(text("SELECT * FROM evidence WHERE id = :id"), {"id": row["evidence_id"]}).one()
        before = connection.execute(text("SELECT chain FROM transfer WHERE id = :id"), {"id": number - 1}).scalar_one()
    told = ("reason", "ref_kind", "ref_id", "actor", "occurred_us", "recorded_us", "device", "journal", "seq")
    assert [row[name] for name in told] == ["pick", "task", "t1", "Ana", 5, WALL_US, "bay-1", "j", 9]
    assert (seen.by, seen.before_mg, seen.after_mg, seen.units_weighed) == ("weight", 100, 50, 1)
    assert bytes(row["chain"]) == chain_link(bytes(before), row)


@pytest.mark.parametrize("column", CHAIN_COLUMNS)
def test_every_column_of_a_transfer_changes_its_link(column: str) -> None:
    row: dict[str, object] = dict.fromkeys(CHAIN_COLUMNS, 1)
    assert chain_link(CHAIN_START, row) != chain_link(CHAIN_START, row | {column: 2})
    assert chain_link(CHAIN_START, row) != chain_link(bytes(31) + b"1", row)
