"""Published containers: read as they are written, loaded validly, better searched than not."""

from pathlib import Path

import pytest

from hub.bench.carton_orders import BadBenchFile
from hub.bench.container_loading import COLUMNS, load, measure, read_instances
from hub.domain.packing.check import faults
from hub.domain.packing.goods import Goods

HEAD = ",".join(("box_type", *COLUMNS)) + "\n"
ROWS = (
    "1,T1,1,587,233,220,108,76,30,0,0,1,40\n",
    "2,T1,1,587,233,220,110,43,25,0,1,1,33\n",
    "3,T1,1,587,233,220,92,81,55,1,1,1,39\n",
    "1,T1,2,587,233,220,60,50,40,1,1,1,9\n",
    "1,T2,1,100,100,100,60,50,40,0,1,0,5\n",
)


def written(directory: Path, *rows: str) -> Path:
    file = directory / "instances.csv"
    file.write_text(HEAD + "".join(rows), "utf-8")
    return file


def test_an_instance_is_its_rows(tmp_path: Path) -> None:
    first, second, third = read_instances(written(tmp_path, *ROWS))
    assert (first.set_name, first.number, first.sides_mm, len(first.goods)) == ("T1", "1", (587, 233, 220), 3)
    assert first.goods[1] == Goods(units=33, unit_mg=0, sides_mm=(110, 43, 25), upright=(False, True, True))
    assert (second.number, third.set_name, third.sides_mm) == ("2", "T2", (100, 100, 100))
    assert [one.set_name for one in read_instances(written(tmp_path, *ROWS), per_set=1)] == ["T1", "T2"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,T1,1,587,233,220,108,76,x,0,0,1,40\n", ":2: h: expected a whole number, got 'x'."),
        ("1,T1,1,587,233,220,108,76,30,0,0,1\n", ":2: count: expected a whole number, got None."),
        ("1,T1,1,587,233,220,108,0,30,0,0,1,9\n", ":2: expected sides above 0"),
        ("1,T1,1,587,233,220,108,76,30,0,0,0,9\n", "and a side that may be vertical"),
        (ROWS[0] + ROWS[1].replace("233", "234"), ":3: expected the container of the rows before, (587, 233, 220)"),
        ("", "expected at least one instance, got none"),
    ],
)
def test_a_wrong_row_is_said_with_its_line(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(BadBenchFile) as caught:
        read_instances(written(tmp_path, row))
    assert words in str(caught.value)


def test_products_are_no_instances(tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text("product_id,weight_g\n1,2\n", "utf-8")
    with pytest.raises(BadBenchFile, match="there is no set, instance"):
        read_instances(file)


def test_a_container_is_loaded_validly_and_a_wider_search_loads_no_less(tmp_path: Path) -> None:
    first, *_ = read_instances(written(tmp_path, *ROWS))
    narrow, wide = load(first, width=1, branches=1), load(first, width=3, branches=6)
    for packing in (narrow, wide):
        assert faults(packing, first.goods, load_max_mg=0) == []
    assert wide.fill > narrow.fill > 0.5


def test_the_figures_are_by_set_with_the_search_s_floor(tmp_path: Path) -> None:
    said: list[str] = []
    figures = measure(read_instances(written(tmp_path, *ROWS)), width=1, branches=4, say=said.append)
    assert (figures["instances"], figures["valid"], figures["faults"]) == (3, 1.0, [])
    assert {name: one["instances"] for name, one in figures["sets"].items()} == {"T1": 2, "T2": 1}
    assert figures["sets"]["T1"]["mean_fill"] >= figures["sets"]["T1"]["greedy_fill"]
    assert said[-1].startswith("3 of 3 containers loaded")
