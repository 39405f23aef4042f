"""Paper pick lists: what stands on them, and the command that prints them beside a hub or without one."""

import re
import zlib
from base64 import a85decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.cli import app
from hub.documents.pick_sheets import MODULE, pick_sheets
from hub.domain.code_128 import code_128
from hub.storage.paper import PaperCart, PaperPick
from tests.hub.stocked_floor import StockedFloor


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    """A cart is out with three picks."""
    floor = StockedFloor(tmp_path)
    floor.receive("A", ("RED", 3), ("GREEN", 1), ("GOLD", 2))
    floor.load_cart("TOTE-0001", badge=floor.rows("SELECT badge FROM operator WHERE role = 'picker'")[0]["badge"])
    yield floor
    floor.close()


def pages(pdf: bytes) -> list[str]:
    """What is drawn on each page: the streams in ASCII85, which those of the letters that are put in are not."""
    found = re.findall(rb"/ASCII85Decode[^>]*>>\s*stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    return [zlib.decompress(a85decode(b"<~" + stream.strip(), adobe=True)).decode("latin-1") for stream in found]


def a_cart(picks: int) -> PaperCart:
    listed = tuple(
        PaperPick(
            number=1_000 + n, task="t", state="open", bin=f"bay-01/{n:02d}", sku=f"SKU-{n}",
            description="A very long description of goods (and more) that no column is wide enough for",
            units=n, mark="A", tote="TOTE-0001", order="O",
        )
        for n in range(1, picks + 1)
    )  # fmt: skip
    return PaperCart(batch_id=1, cart="CART-1", picker="Ana", badge="BADGE-ana", colour="blue", picks=listed)


def test_every_pick_stands_once_on_the_pages_of_its_cart_in_walking_order() -> None:
    drawn = pages(pick_sheets([a_cart(40)], site="demo", printed="now"))
    assert [f"page {n} of {len(drawn)}" in page for n, page in enumerate(drawn, 1)] == [True] * len(drawn)
    numbers = re.findall(r"\(T(1\d{3})\) Tj", "".join(drawn))
    assert numbers == [str(1_000 + n) for n in range(1, 41)]
    assert all("CART-1" in page and "Picked by" in page for page in drawn)


def test_a_picker_and_a_site_are_written_in_their_own_letters_and_a_long_bin_is_whole() -> None:
    cart = a_cart(1)
    picks = (replace(cart.picks[0], bin="bay-0123/level-02/17"),)
    sheet = pick_sheets([replace(cart, picker="Щербаков", picks=picks)], site="Łódź", printed="now")
    assert b"DejaVuSans-Bold" in sheet
    [page] = pages(pick_sheets([replace(cart, picks=picks)], site="demo", printed="now"))
    assert "..." not in page


def test_the_barcode_has_the_bars_of_the_picks_number() -> None:
    [page] = pages(pick_sheets([a_cart(1)], site="demo", printed="now"))
    widths = [float(w) for w in re.findall(r"n [\d.]+ [\d.]+ ([\d.]+) [\d.]+ re f\*?", page)]
    bars = code_128("T1001")[::2]
    assert [round(width / MODULE) for width in widths] == bars


def test_where_no_cart_is_out_the_paper_says_so() -> None:
    [page] = pages(pick_sheets([], site="demo", printed="now"))
    assert "demo: no cart is out." in page


def test_the_command_prints_what_is_out_while_a_hub_runs(floor: StockedFloor, tmp_path: Path) -> None:
    out = tmp_path / "list.pdf"
    told = CliRunner().invoke(app, ["paper-picks", "--data", str(tmp_path), "--out", str(out)])
    assert (told.exit_code, told.output) == (0, f"{out}: 1 carts, 3 picks\n")
    [page] = pages(out.read_bytes())
    assert all(f"({sku})" in page for sku in ("RED", "GREEN", "GOLD"))


def test_the_command_prints_one_cart_or_says_which_are_out(floor: StockedFloor, tmp_path: Path) -> None:
    asked = ["paper-picks", "--data", str(tmp_path), "--out", str(tmp_path / "list.pdf"), "--cart"]
    assert CliRunner().invoke(app, [*asked, "CART-1"]).exit_code == 0
    told = CliRunner().invoke(app, [*asked, "CART-2"])
    assert (told.exit_code, "a cart that is out (CART-1), got 'CART-2'" in told.output) == (2, True)


def test_without_a_database_nothing_is_printed(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["paper-picks", "--data", str(tmp_path), "--out", str(tmp_path / "list.pdf")])
    assert (told.exit_code, "expected a database, there is none" in told.output) == (2, True)
    assert not (tmp_path / "list.pdf").exists()
