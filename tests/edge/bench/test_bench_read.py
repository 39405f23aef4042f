"""``shelflight-edge bench read`` on directories of pictures."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from typer.testing import CliRunner

from edge.bench.pictures import NoPictures, find_pictures
from edge.bench.reading import measure
from edge.cli import app

TALLY = {"images", "read_pct", "misread", "negatives", "negative_reads", "cpu_ms_mean"}


def print_symbol(path: Path, text: str, kind: zxingcpp.BarcodeFormat = zxingcpp.BarcodeFormat.EAN13) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    bits = np.array(zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, kind), scale=3))
    cv2.imwrite(str(path), np.pad(bits, 30, constant_values=255))


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Four that are read, one whose truth is another, one with nothing on it and one with a symbol all the same."""
    print_symbol(tmp_path / "ean13-1" / "a.png", "4006381333931")
    (tmp_path / "ean13-1" / "a.txt").write_text("4006381333931\n")
    print_symbol(tmp_path / "ean13-2" / "b.png", "4006381333931")
    (tmp_path / "ean13-2" / "b.txt").write_text("9780345348036")
    print_symbol(tmp_path / "datamatrix-1" / "c.jpg", "PARCEL/1", zxingcpp.BarcodeFormat.DataMatrix)
    (tmp_path / "datamatrix-1" / "c.txt").write_text("PARCEL/1")
    print_symbol(tmp_path / "shop" / "012345678905_2.png", "012345678905", zxingcpp.BarcodeFormat.UPCA)
    print_symbol(tmp_path / "itf-1" / "d.png", "0829220875", zxingcpp.BarcodeFormat.ITF)
    (tmp_path / "itf-1" / "d.txt").write_text("0829220875")
    (tmp_path / "negative-1").mkdir()
    cv2.imwrite(str(tmp_path / "negative-1" / "empty.png"), np.full((240, 320), 90, np.uint8))
    print_symbol(tmp_path / "negative-1" / "not.png", "4006381333931")
    print_symbol(tmp_path / "stray" / "nobody-knows.png", "4006381333931")
    return tmp_path


def bench(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["bench", "read", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_the_figures_are_printed_and_written(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    out = tmp_path_factory.mktemp("out") / "figures.json"
    code, printed, _ = bench("--images", str(pictures), "--json", str(out))
    assert code == 0
    assert "By symbology" in printed
    figures = json.loads(out.read_text())
    assert set(figures) == {"ours", "pyzbar", "zxing", "cpu_ratio", "unreadable"}
    for reader in ("ours", "pyzbar", "zxing"):
        assert set(figures[reader]) == TALLY | {"by_symbology"}
        assert figures[reader]["cpu_ms_mean"] > 0
        groups = figures[reader]["by_symbology"]
        assert set(groups) == {"ean13", "datamatrix", "retail-photo", "itf", "negative"}
        assert all(set(tally) == TALLY for tally in groups.values())
    ours = figures["ours"]
    assert (ours["images"], ours["read_pct"], ours["misread"]) == (5, 80.0, 1)
    assert (ours["negatives"], ours["negative_reads"]) == (2, 1)
    assert ours["by_symbology"]["ean13"]["read_pct"] == 50.0
    # ZBar knows no Data Matrix.
    assert figures["pyzbar"]["by_symbology"]["datamatrix"]["read_pct"] == 0.0
    assert figures["zxing"]["by_symbology"]["datamatrix"]["read_pct"] == 100.0
    assert figures["cpu_ratio"] == pytest.approx(ours["cpu_ms_mean"] / figures["pyzbar"]["cpu_ms_mean"], rel=0.01)


def test_as_a_station_reads_short_itf_are_left_alone(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    out = tmp_path_factory.mktemp("out") / "figures.json"
    assert bench("--images", str(pictures), "--as-station", "--json", str(out))[0] == 0
    groups = json.loads(out.read_text())["ours"]["by_symbology"]
    assert (groups["itf"]["read_pct"], groups["ean13"]["read_pct"]) == (0.0, 50.0)


def test_a_picture_without_a_truth_is_left_out(pictures: Path) -> None:
    assert "nobody-knows.png" not in {picture.path.name for picture in find_pictures(pictures)}


def test_a_file_that_is_no_picture_is_named_and_left_out(pictures: Path) -> None:
    broken = pictures / "ean13-1" / "broken.png"
    broken.write_bytes(b"not a picture")
    broken.with_suffix(".txt").write_text("4006381333931")
    code, _, errors = bench("--images", str(pictures))
    assert code == 0
    assert f"Left out: {broken}: expected a picture, got 13 other bytes." in errors


def test_an_empty_file_is_named_and_left_out(pictures: Path) -> None:
    (pictures / "negative-1" / "void.png").touch()
    assert [Path(why.partition(":")[0]).name for why in measure(find_pictures(pictures)).unreadable] == ["void.png"]


def test_pictures_that_cannot_be_read_at_all_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "4006381333931.png").write_bytes(b"x")
    code, _, errors = bench("--images", str(tmp_path))
    assert (code, "expected a picture, got 1 other bytes" in errors) == (2, True)


def test_a_directory_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    code, _, errors = bench("--images", str(tmp_path / "none"))
    assert code == 2
    assert "none: expected a directory of pictures, found nothing there." in errors


def test_a_directory_without_pictures_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NoPictures, match=r"expected pictures .* found none"):
        find_pictures(tmp_path)


def test_pictures_without_any_truth_are_an_error(tmp_path: Path) -> None:
    print_symbol(tmp_path / "a.png", "4006381333931")
    with pytest.raises(NoPictures, match=r"expected the truth of each picture .* any of 1 pictures"):
        find_pictures(tmp_path)


def test_figures_that_cannot_be_written_are_an_error(pictures: Path, tmp_path: Path) -> None:
    code, _, errors = bench("--images", str(pictures), "--json", str(tmp_path / "no" / "such.json"))
    assert (code, "expected a file to write to" in errors) == (4, True)
