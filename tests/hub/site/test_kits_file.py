"""``kits.csv``: read, held against the items, and taken over into the database."""

from pathlib import Path

import pytest

from edge.contract.site import BadSite
from hub.site.catalogue import load_catalogue
from hub.site.kits import KitKind, read_kits
from hub.storage.kits import known_kits
from tests.hub.built_hub import SKUS, build_hub, small_site

HEADER = "kit,description,sku,units"


def write(site: Path, *rows: str) -> Path:
    file = site / "kits.csv"
    file.write_text("\n".join((HEADER, *rows)) + "\n", "utf-8")
    return file


def known(directory: Path) -> dict[str, tuple[str, dict[str, int]]]:
    """What a hub that starts on the site's files knows of kits."""
    hub = build_hub(directory)
    try:
        with hub.engine.begin() as connection:
            return known_kits(connection, hub.client_id)
    finally:
        hub.close()


def test_kits_are_taken_over_at_every_start_and_sold_no_more_when_they_are_gone(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    assert known(tmp_path) == {}
    write(site, f"GIFT,Gift set,{SKUS[1]},2", f"GIFT,Gift set,{SKUS[0]},1")
    assert known(tmp_path) == {"GIFT": ("Gift set", {SKUS[1]: 2, SKUS[0]: 1})}
    write(site, f"GIFT,Gifts,{SKUS[1]},3")
    assert known(tmp_path) == {"GIFT": ("Gifts", {SKUS[1]: 3})}
    write(site)
    assert known(tmp_path) == {"GIFT": ("Gifts", {})}


def test_a_site_without_the_file_has_no_kits(tmp_path: Path) -> None:
    assert read_kits(tmp_path / "kits.csv") == {}


def test_the_parts_of_a_kit_keep_the_order_of_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, "G,Gift,B,1", "H,Other,A,1", "G,Gift,A,2")
    assert read_kits(file)["G"] == KitKind(description="Gift", parts={"B": 1, "A": 2})
    assert list(read_kits(file)["G"].parts) == ["B", "A"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (("G,Gift,A,1", "G,Gift,A,1"), "line 3: sku: expected each SKU of a kit once, got 'A' again"),
        (("G,Gift,A,1", "G,Set,B,1"), "line 3: description: expected 'Gift', as on the first line of kit G, got 'Set'"),
        (("G,Gift,A,0",), "line 2: units: expected"),
        (("G,Gift,A,many",), "line 2: units: expected a whole number, got 'many'"),
    ],
)
def test_a_bad_row_is_told_with_its_line(tmp_path: Path, rows: tuple[str, ...], words: str) -> None:
    with pytest.raises(BadSite, match=words):
        read_kits(write(tmp_path, *rows))


def test_a_kit_with_an_skus_code_and_a_part_that_is_no_item_are_both_told(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    write(site, f"{SKUS[0]},Gift,{SKUS[1]},1", "GIFT,Gift,NONE,1")
    with pytest.raises(BadSite) as told:
        load_catalogue(site)
    assert f"kit {SKUS[0]}: expected a code of its own, got that of an SKU" in str(told.value)
    assert "kit GIFT: sku: expected an SKU of items.csv, got 'NONE'" in str(told.value)
