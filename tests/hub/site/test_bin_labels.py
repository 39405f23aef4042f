"""The labels to stick on bins: our own reader reads back what they say, drawn by printer and on a sheet."""

import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from firmware.barcode import read_symbols
from firmware.twin.label_drawing import draw
from hub.cli import app
from hub.domain.code_128 import code_128
from hub.domain.labels import stick_on_label
from hub.domain.sheet import POINTS_A_MM, SHEET_MM, StickOn, sheets
from tests.edge.small_site import write_site

DOTS_A_POINT = 4
BOX = re.compile(r"^([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re f$", re.MULTILINE)


def rasterised(pdf: bytes) -> np.ndarray:
    """The bars of the first page, as ink on paper."""
    wide, high = (round(side * POINTS_A_MM * DOTS_A_POINT) for side in SHEET_MM)
    paper = np.full((high, wide), 240, np.uint8)
    page = pdf.decode("latin-1").split("endstream")[0]
    for found in BOX.findall(page):
        x, y, width, height = (float(value) * DOTS_A_POINT for value in found)
        paper[high - round(y + height) : high - round(y), round(x) : round(x + width)] = 20
    return paper


@pytest.mark.parametrize("name", ["bay-07/12", "bay-07", "R1-A-0042_~^", "a-long-name-of-a-bin-at-the-door"])
def test_a_printed_label_reads_back_as_the_name(name: str) -> None:
    found = read_symbols(draw(stick_on_label(name, "level 2, column 3")))
    assert [(symbol.text, symbol.symbology) for symbol in found] == [(name, "Code128")]


def test_a_sheet_reads_back_as_its_24_names() -> None:
    names = [f"bay-07/{n:02}" for n in range(1, 25)]
    found = read_symbols(rasterised(sheets([StickOn(name, "level 1") for name in names])))
    assert sorted(symbol.text for symbol in found) == names


def test_every_printable_character_reads_back() -> None:
    for start in range(32, 127, 12):
        text = "".join(map(chr, range(start, min(start + 12, 127)))).strip()
        [symbol] = read_symbols(rasterised(sheets([StickOn(text)])))
        assert symbol.text == text


def test_a_name_that_no_code_128_has_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected printable ASCII for a Code 128, got 'é'"):
        code_128("café")


def test_the_command_writes_the_labels_of_a_bay(tmp_path: Path) -> None:
    site = write_site(tmp_path / "site")
    run = CliRunner().invoke
    where = ["site", "labels", "--site", str(site), "--station", "bay-01"]
    zpl = run(app, where)
    assert zpl.exit_code == 0
    texts = [read_symbols(draw(f"^XA{one}"))[0].text for one in zpl.stdout.split("^XA")[1:]]
    assert texts == ["bay-01", "bay-01/01", "bay-01/02", "bay-01/03", "bay-01/04"]
    sheet = tmp_path / "labels.pdf"
    assert run(app, [*where, "--bins", "2,bay-01/04", "--out", str(sheet)]).exit_code == 0
    assert sorted(s.text for s in read_symbols(rasterised(sheet.read_bytes()))) == ["bay-01/02", "bay-01/04"]
    wrong = run(app, [*where, "--bins", "9"])
    assert (wrong.exit_code, "--bins: expected bins of bay-01" in wrong.output) == (2, True)
