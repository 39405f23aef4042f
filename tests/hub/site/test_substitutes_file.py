"""``substitutes.csv``: read, held against the items, and taken over into the database."""

from pathlib import Path

import pytest

from edge.contract.site import BadSite
from hub.site.catalogue import load_catalogue
from hub.site.substitutes import read_substitutes
from hub.storage.substitutes import known_substitutes
from tests.hub.built_hub import SKUS, build_hub, small_site

A, B, C, _ = SKUS


def write(site: Path, *rows: str) -> Path:
    file = site / "substitutes.csv"
    file.write_text("\n".join(("sku,substitute", *rows)) + "\n", "utf-8")
    return file


def known(directory: Path) -> dict[str, tuple[str, ...]]:
    """What a hub that starts on the site's files knows of substitutes."""
    hub = build_hub(directory)
    try:
        with hub.engine.begin() as connection:
            return known_substitutes(connection, hub.client_id)
    finally:
        hub.close()


def test_substitutes_are_taken_over_at_every_start_in_the_order_of_the_file(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    write(site, f"{A},{C}", f"{A},{B}", f"{B},{A}")
    assert known(tmp_path) == {A: (C, B), B: (A,)}
    write(site, f"{A},{B}")
    assert known(tmp_path) == {A: (B,)}
    (site / "substitutes.csv").unlink()
    assert known(tmp_path) == {}


@pytest.mark.parametrize("rows", [("A,A",), ("A,B", "A,B")])
def test_an_item_instead_of_itself_or_twice_is_told_with_its_line(tmp_path: Path, rows: tuple[str, ...]) -> None:
    with pytest.raises(BadSite, match=f"line {len(rows) + 1}: substitute: expected another SKU than A, each once"):
        read_substitutes(write(tmp_path, *rows))


def test_what_is_no_item_is_told(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    write(site, f"{A},NONE")
    with pytest.raises(BadSite, match=r"substitute: expected an SKU of items\.csv, got 'NONE'"):
        load_catalogue(site)
