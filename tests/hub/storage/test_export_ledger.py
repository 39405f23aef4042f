"""The exported ledger: a table with exactly the agreed columns, from which every balance can be folded anew."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.storage import places, setup
from hub.storage.database import open_database
from hub.storage.export import export_ledger
from hub.storage.ledger import Cause
from hub.storage.transaction import Tx
from tests.databases import database_of
from tests.hub.stocked_floor import StockedFloor

HEADER = (
    "transfer_id,kind,pending_id,site,client,sku,lot,units,from,to,reason,ref_kind,ref_id,device,journal,seq,"
    "occurred,recorded"
)


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StockedFloor]:
    """An order was picked, one is lit, and a tote with a strange name got a unit for a strange reason."""
    made = StockedFloor(tmp_path_factory.mktemp("exported"))
    made.picked_tote("picked", tote="TOTE-0001", RED=3, BLUE=1)
    made.order("lit", GREEN=2)
    made.load_cart("TOTE-0002", cart="CART-2", badge="BADGE-ben")
    made.problem("induct-1")

    def strange(tx: Tx) -> None:
        setup.add_totes(tx, ['tote, "ö"'])
        name, place = made.bins_of("RED")[0], places.find(tx.connection, tx.site_id, 'tote, "ö"')
        from_id = places.find(tx.connection, tx.site_id, name).id
        stock = places.stock_at(tx.connection, from_id)[0][0]
        tx.ledger.move(stock, 1, from_id, place.id, Cause(reason='said: "no,\nnever"'))

    made.call(strange)
    assert made.sound()
    yield made
    made.close()


@pytest.fixture
def exported(floor: StockedFloor, tmp_path: Path) -> Path:
    """The file that is written, whose rows are as many as was said."""
    path = tmp_path / "ledger.csv"
    with floor.engine.begin() as connection:
        count = export_ledger(connection, path)
    assert count == len(rows_of(path)) == floor.rows("SELECT COUNT(*) AS n FROM transfer")[0]["n"]
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_the_columns_are_exactly_the_agreed_ones(exported: Path) -> None:
    assert exported.read_text("utf-8").splitlines()[0] == HEADER


def test_every_transfer_is_there_in_its_order_with_the_names_of_what_it_moved(
    floor: StockedFloor, exported: Path
) -> None:
    rows = rows_of(exported)
    assert [int(row["transfer_id"]) for row in rows] == list(range(1, len(rows) + 1))
    assert {row["kind"] for row in rows} == {"move", "reserve", "post"}
    first = rows[0]
    assert (first["kind"], first["pending_id"], first["from"], first["reason"]) == ("move", "", "adjustment", "go_live")
    assert first["to"] in floor.bins_of(first["sku"])
    assert (first["site"], first["device"], first["journal"], first["seq"]) == (floor.policy.site, "", "", "")
    assert first["client"] == floor.rows("SELECT name FROM client")[0]["name"]


def test_a_pick_names_its_reservation_and_the_fact_that_it_was(floor: StockedFloor, exported: Path) -> None:
    rows = rows_of(exported)
    posts = [row for row in rows if row["kind"] == "post"]
    assert [(row["sku"], row["units"], row["to"]) for row in posts] == [
        ("RED", "3", "TOTE-0001"), ("BLUE", "1", "TOTE-0001")
    ]  # fmt: skip
    for row in posts:
        reserved = rows[int(row["pending_id"]) - 1]
        assert (reserved["kind"], reserved["from"], reserved["sku"]) == ("reserve", row["from"], row["sku"])
        facts = floor.rows(
            f"SELECT occurred_us FROM fact WHERE device = '{row['device']}' AND journal = '{row['journal']}'"
            f" AND seq = {row['seq']} AND type = 'UnitsPicked'"
        )
        assert facts == [{"occurred_us": int(row["occurred"])}]


def test_times_are_whole_microseconds(floor: StockedFloor, exported: Path) -> None:
    recorded = [int(row["recorded"]) for row in rows_of(exported)]
    assert recorded == sorted(recorded)
    assert recorded[-1] == floor.clock_us


def test_names_and_reasons_with_commas_quotes_and_lines_come_back_whole(exported: Path) -> None:
    last = rows_of(exported)[-1]
    assert (last["to"], last["reason"], last["units"]) == ('tote, "ö"', 'said: "no,\nnever"', "1")


def test_who_has_only_the_file_can_fold_every_balance(floor: StockedFloor, exported: Path) -> None:
    on_hand: dict[tuple[str, str, str], int] = defaultdict(int)
    reserved: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in rows_of(exported):
        at_from, at_to = ((row["sku"], row["lot"], row[side]) for side in ("from", "to"))
        units = int(row["units"])
        if row["kind"] in ("move", "post"):
            on_hand[at_from] -= units
            on_hand[at_to] += units
        reserved[at_from] += {"reserve": units, "move": 0}.get(row["kind"], -units)
    with floor.engine.begin() as connection:
        book = connection.execute(
            text(
                "SELECT s.code, l.code, p.name, b.on_hand, b.reserved FROM balance b JOIN sku s ON s.id = b.sku_id"
                " JOIN lot l ON l.id = b.lot_id JOIN location p ON p.id = b.location_id"
                " WHERE b.on_hand <> 0 OR b.reserved <> 0"
            )
        )
        expected = {(sku, lot, place): (units, held) for sku, lot, place, units, held in book}
    keys = {key for fold in (on_hand, reserved) for key, units in fold.items() if units}
    assert {key: (on_hand[key], reserved[key]) for key in keys} == expected


def test_an_empty_ledger_is_a_header(tmp_path: Path) -> None:
    engine = open_database(database_of(tmp_path))
    with engine.begin() as connection:
        assert export_ledger(connection, tmp_path / "ledger.csv") == 0
    engine.dispose()
    assert (tmp_path / "ledger.csv").read_text("utf-8").splitlines() == [HEADER]
