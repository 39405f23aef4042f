"""Going live happens once and whole; what is written into a site's files later is taken over, or said."""

import multiprocessing
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from edge.contract.site import load_site
from hub.hub import wall_us
from hub.ids import Ids
from hub.site.catalogue import load_catalogue
from hub.site.edits import SAID_MAX
from hub.site.golive import go_live
from hub.storage.database import open_database
from hub.storage.verify import verify
from tests.databases import database_of, rows_of
from tests.hub.built_hub import SKUS, build_hub, small_site

COUNTED = ("site", "sku", "location", "transfer", "operator", "bench")


class Deadly(dict[str, str]):
    """The resting states of benches; whoever asks for one is killed, as by a power cut."""

    def __getitem__(self, kind: str) -> str:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


def live_and_die(directory: Path) -> None:
    site = directory / "site"
    go_live(
        open_database(database_of(directory)),
        load_site(site),
        load_catalogue(site),
        idle=Deadly(),
        now_us=wall_us(),
        ids=Ids(wall_us, random.Random(1)),
    )


def rows(directory: Path) -> dict[str, int]:
    """How many rows the tables of a site have."""
    return {name: rows_of(directory, f"SELECT COUNT(*) FROM {name}")[0][0] for name in COUNTED}


def start(directory: Path) -> list[dict[str, Any]]:
    """Start a hub on a directory and stop it; what it said. Every invariant holds then."""
    with capture_logs() as said:
        hub = build_hub(directory)
        with hub.engine.connect() as connection:
            assert not any(verify(connection).values())
        hub.close()
    return [dict(line) for line in said]


def test_a_hub_that_is_killed_while_it_goes_live_goes_live_at_the_next_start(tmp_path: Path) -> None:
    small_site(tmp_path / "site")
    database_of(tmp_path)  # a server is this process's, not its child's
    process = multiprocessing.get_context("fork").Process(target=live_and_die, args=(tmp_path,))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert set(rows(tmp_path).values()) == {0}, "all of it or nothing"

    assert [line["event"] for line in start(tmp_path)] == ["went live"]
    whole = rows(tmp_path)
    assert (whole["site"], whole["sku"], whole["transfer"]) == (1, len(SKUS), 6)


def test_a_second_start_on_the_same_files_changes_nothing_and_says_nothing(tmp_path: Path) -> None:
    start(tmp_path)
    before = rows(tmp_path)
    changes = one(tmp_path, "SELECT COUNT(*) FROM change")
    assert start(tmp_path) == []
    assert rows(tmp_path) == before
    assert one(tmp_path, "SELECT COUNT(*) FROM change") == changes


def edit(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text("utf-8")
    after = change(before)
    assert after != before, path
    path.write_text(after, "utf-8")


def one(directory: Path, sql: str) -> Any:
    return rows_of(directory, sql)[0]


def test_what_is_added_to_the_files_later_is_taken_over_with_its_opening_stock(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    start(tmp_path)
    supplier = load_catalogue(site).items[SKUS[0]].supplier
    edit(site / "items.csv", lambda t: t + f"NEW,NEW GOODS,04006381333931,1000,10,10,10,10,{supplier},1,1,0,1\n")
    bay = (site / "stations" / "bay-01.toml").read_text("utf-8")
    (site / "stations" / "bay-02.toml").write_text(bay.replace("bay-01", "bay-02"), "utf-8")
    edit(site / "bins.csv", lambda t: t + "bay-02/01,NEW,12\n")
    pack = (site / "stations" / "pack-2.toml").read_text("utf-8")
    (site / "stations" / "pack-3.toml").write_text(pack.replace("pack-2", "pack-3"), "utf-8")
    edit(site / "people.toml", lambda t: t + '\n[[people]]\nbadge = "BADGE-zoe"\nname = "Zoe"\nrole = "packer"\n')
    edit(site / "totes.toml", lambda t: t.replace("tote_count = 160", "tote_count = 162"))

    taken = [line["what"] for line in start(tmp_path) if line["event"].startswith("taken over")]
    assert taken == [
        "SKU NEW",
        "totes TOTE-0161 to TOTE-0162",
        *(f"bin bay-02/0{n}" for n in range(1, 7)),
        "bench pack-3",
        "person BADGE-zoe",
    ]
    assert one(
        tmp_path, "SELECT on_hand FROM balance b JOIN location l ON l.id = location_id WHERE name = 'bay-02/01'"
    ) == (12,)
    assert one(tmp_path, "SELECT kind FROM bench WHERE station = 'pack-3'") == ("pack",)
    assert start(tmp_path) == [], "once"


def test_what_the_files_describe_otherwise_is_taken_over_where_no_stock_hangs_on_it(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    start(tmp_path)
    edit(site / "items.csv", lambda t: t.replace("GOODS 22423", "TEA CUP"))
    edit(site / "people.toml", lambda t: t.replace('name = "Dev"', 'name = "Devi"'))
    edit(site / "suppliers.toml", lambda t: t.replace("lead_business_hours = ", "lead_business_hours = 1"))
    start(tmp_path)
    assert one(tmp_path, "SELECT description FROM sku WHERE code = '22423'") == ("TEA CUP",)
    assert one(tmp_path, "SELECT name FROM operator WHERE badge = 'BADGE-dev'") == ("Devi",)
    hours = min(s.lead_business_hours for s in load_catalogue(site).suppliers.values())
    assert one(tmp_path, "SELECT MIN(lead_time_us) FROM supplier") == (hours * 3_600_000_000,)


def test_what_has_stock_stays_as_the_database_has_it_and_every_start_says_so(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    start(tmp_path)
    gtin = load_catalogue(site).items["22423"].gtin
    edit(site / "items.csv", lambda t: t.replace(gtin, "04006381333931"))
    edit(site / "bins.csv", lambda t: t.replace("bay-01/02,47566,4", "bay-01/02,22423,4"))
    edit(site / "people.toml", lambda t: t.replace("BADGE-finn", "BADGE-fin"))
    before = rows(tmp_path)
    for _ in range(2):
        left = {line["what"] for line in start(tmp_path) if line["log_level"] == "warning"}
        assert left == {
            f"SKU 22423: GTIN 04006381333931 in items.csv, {gtin} in the database",
            "bin bay-01/02: another station or SKU in the files; move its stock by hand",
            "person BADGE-finn is in people.toml no more",
        }
    assert rows(tmp_path) == before | {"operator": before["operator"] + 1}


def test_many_differences_are_not_said_one_by_one(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    start(tmp_path)
    many = "".join(f'\n[[people]]\nbadge = "BADGE-p{n}"\nname = "P{n}"\nrole = "packer"\n' for n in range(SAID_MAX + 3))
    edit(site / "people.toml", lambda t: t + many)
    said = start(tmp_path)
    assert len(said) == SAID_MAX + 1
    assert said[-1]["what"] == "... and 3 more"


def test_an_sku_whose_gtin_is_taken_is_said_and_does_not_stop_the_hub(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    start(tmp_path)
    edit(site / "items.csv", lambda t: t.replace("\n22423,", "\n22423B,"))
    edit(site / "bins.csv", lambda t: t.replace(",22423,", ",22423B,"))
    left = [line["what"] for line in start(tmp_path) if line["log_level"] == "warning"]
    assert any(what.startswith("SKU 22423B: its GTIN ") and what.endswith("that of SKU 22423") for what in left)
    assert "SKU 22423 is in items.csv no more" in left


def test_going_live_leaves_one_audit_entry_that_covers_every_transfer(tmp_path: Path) -> None:
    start(tmp_path)
    assert one(tmp_path, "SELECT COUNT(*) FROM audit") == (1,)
    assert one(tmp_path, "SELECT action, first_transfer, last_transfer FROM audit") == ("go_live", 1, 6)
