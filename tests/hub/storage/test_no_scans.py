"""No statement of the writer, the lights or the day's figures reads a table from end to end that grows for years."""

import sqlite3
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from edge.contract.events import BinCounted, LabelPrinted, TaskReturned, UnitsPicked, UnitsPutAway
from hub.domain.business_day import day_of
from hub.handlers import cart_changes, counts, restock
from hub.handlers.desired import desired_state
from hub.handlers.wave_progress import waves_now
from hub.measuring import Period, figures_of
from hub.storage import backorders, figures, label_purchases, mail, manifests, paper, parcels, pictures
from hub.storage.database import open_database
from hub.storage.tracking import events_of
from tests.hub.played_benches import UNIT_MG, PlayedBenches
from tests.hub.storage.statements import recorded, whole_scans
from tests.hub.walled_floor import WalledFloor
from tests.simulation.simulator import run_seed

pytestmark = pytest.mark.sqlite_only

GROWING = {
    *("task", "order_line", "customer_order", "batch", "transfer", "fact", "balance", "tote_load", "parcel"),
    *(
        "cell_put",
        "parcel_line",
        "location",
        "exception",
        "change",
        "audit",
        "evidence",
        "print_job",
        "purchase_order_line",
        "label_purchase",
        "manifest_parcel",
        "tracking_event",
        "mail",
    ),
}


def work(floor: PlayedBenches) -> None:
    """Everything that happens in a house: ordered, picked, packed, shipped, received, put away, counted."""
    for number in range(3):
        floor.order(f"A{number}", RED=2, BLUE=1)
    floor.order("LATER", RED=30)
    floor.load_cart("TOTE-1", "TOTE-2")
    floor.pick_all()
    for tote in ("TOTE-1", "TOTE-2"):
        floor.scan("pack-1", tote)
        floor.check_items("pack-1", RED=2, BLUE=1)
        floor.weigh("pack-1", 3 * UNIT_MG + 100_000)
        for job in floor.jobs("pack-1"):
            floor.tell("pack-1", LabelPrinted(job=job.job))
        tracking = floor.rows("SELECT MAX(tracking) AS tracking FROM parcel")[0]["tracking"]
        floor.scan("pack-1", tracking)
    number = floor.purchase(RED=40)
    floor.scan("dock-1", number)
    floor.check_items("dock-1", RED=40)
    floor.scan("dock-1", f"PLATE-{number}")
    for row in open_tasks(floor, "put"):
        floor.tell("bay-1", UnitsPutAway(task=row["public"], bin=row["bin"], units=40, units_asked=40, by="button"))
    floor.load_cart("TOTE-3", "TOTE-4")
    floor.call(lambda tx: cart_changes.hand_over(tx, "CART-1", "BADGE-bo"))
    floor.call(lambda tx: cart_changes.swap_cart(tx, floor.policy, "CART-1", "CART-2"))
    floor.call(lambda tx: cart_changes.tote_full(tx, "TOTE-3", "TOTE-5"))
    short, *rest = open_tasks(floor, "pick")
    floor.tell("bay-1", UnitsPicked(task=short["public"], bin=short["bin"], units=0, units_asked=2, by="button"))
    for row in rest:
        floor.tell("bay-1", TaskReturned(task=row["public"], bin=row["bin"]))
    floor.call(lambda tx: counts.suspect_bin(tx, "bay-1/1", "a test asks"))
    for row in open_tasks(floor, "count"):
        floor.tell("bay-1", BinCounted(task=row["public"], bin=row["bin"], units=7, by="button"))
    floor.call(lambda tx: restock.review(tx, floor.policy))
    floor.call(floor.taker.review)
    with floor.engine.begin() as connection:
        for station in ("bay-1", *dict(floor.policy.benches)):
            desired_state(connection, station, generation=1, desk=floor.desk, policy=floor.policy)
        since_us = floor.clock_us - 1_000_000
        for figure in (figures.order_states, figures.orders_by_state, figures.orders, figures.units_by_state):
            figure(connection, since_us=since_us)
        for figure in (figures.picks, figures.times, figures.shipping_cost_minor, figures.alarms_by_kind):
            figure(connection, since_us=since_us)
        manifests.waiting(connection)
        label_purchases.open_ones(connection, "post", 20)
        label_purchases.on_the_way(connection, "post", since_us=0, polled_before_us=1, limit=20)
        mail.wanted(connection, 50)
        events_of(connection, 1)
        parcels.by_symbol(connection, "SF000000000017")
        for figure in (figures.in_work, backorders.listed, figures.exceptions):
            figure(connection)
        waves_now(connection, floor.policy, now_us=floor.clock_us, since_us=since_us)
        paper.carts_out(connection)
        pictures.is_named(connection, "pack-1/1f0c9a7d5e3b2468")
        today = day_of(floor.clock_us, UTC)
        figures_of(connection, floor.policy, Period(first=today - 1, last=today, zone=UTC), floor.clock_us)


def sort(floor: WalledFloor) -> None:
    """Everything that happens at a wall: sorted, short, too much, weighed, given back, packed."""
    floor.scan("sort-1", floor.shared_tote(A={"RED": 2, "BLUE": 1}, B={"RED": 1}))
    floor.sort_item("RED")
    floor.scan("sort-1", floor.symbol("RED"))
    floor.count("sort-1", 1)
    floor.scan("sort-1", floor.symbol("BLUE"))
    floor.problem("sort-1")
    floor.give_back("wall-1/1")
    floor.scan("sort-1", floor.symbol("BLUE"))
    task = floor.put("wall-1/1")
    for weighed in (0, 2):
        floor.settle("wall-1/1", task, confirmed=1, weighed=weighed)
    floor.problem("sort-1")
    floor.confirm("sort-1")
    floor.wall()
    floor.packed("wall-1/2", RED=1)


def open_tasks(floor: PlayedBenches, kind: str) -> list[dict[str, Any]]:
    tasks = floor.rows(
        "SELECT t.public, t.kind, p.name AS bin FROM task t JOIN location p ON p.id = t.bin_id"
        " WHERE t.state = 'open' ORDER BY t.id"
    )
    found = [row for row in tasks if row["kind"] == kind]
    assert found, f"expected an open {kind} task"
    return found


@pytest.fixture(scope="module")
def statements() -> list[str]:
    with recorded() as statements:
        floor = PlayedBenches()
        work(floor)
        walled = WalledFloor()
        sort(walled)
        for house in (floor, walled):
            assert house.sound() and house.facts_set_aside() == 0
        for seed in (1, 2):
            run_seed(seed)
    return statements


def test_everything_that_the_writer_the_lights_and_the_figures_ask_is_answered_by_an_index(
    statements: list[str], tmp_path: Path
) -> None:
    open_database(tmp_path / "hub.db").dispose()
    with closing(sqlite3.connect(tmp_path / "hub.db")) as db:
        scans = {sql: found for sql in statements if (found := whole_scans(db, sql) & GROWING)}
    assert len(statements) > 100, "the work asks too little to prove anything"
    assert not scans


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT * FROM task WHERE units = 3", {"task"}),
        ("SELECT t.id FROM location l JOIN task AS t ON t.units = l.id WHERE l.id = 1", {"task"}),
        ("SELECT SUM(units) FROM task t WHERE sku_id = 3", {"task"}),
        ("SELECT promised FROM order_line WHERE sku_id = 3", {"order_line"}),
        ("SELECT on_hand FROM balance WHERE site_id = 1 AND client_id = 1 AND sku_id = 1", {"balance"}),
        ("SELECT on_hand FROM balance WHERE sku_id = 1 AND on_hand > 0", set()),
        ("SELECT promised FROM order_line WHERE sku_id = 3 AND promised > 0", set()),
        ("SELECT chain FROM transfer ORDER BY id DESC LIMIT 1", set()),
        ("SELECT * FROM task WHERE id = 3", set()),
    ],
)
def test_what_reads_years_is_told_from_what_does_not(sql: str, found: set[str], tmp_path: Path) -> None:
    open_database(tmp_path / "hub.db").dispose()
    with closing(sqlite3.connect(tmp_path / "hub.db")) as db:
        assert whole_scans(db, sql) == found
