"""Orders drawn from product sizes: the same again by the same seed, and a file that is none is said with its line."""

import gzip
from collections import Counter
from pathlib import Path

import pytest

from hub.bench.carton_orders import BadBenchFile, Product, draw_orders, read_products, that_fit
from hub.bench.carton_set import standard_cartons

HEAD = "product_id,weight_g,length_cm,width_cm,height_cm\n"
PRODUCTS = tuple(Product(sides_mm=(100 + n, 80, 60), unit_mg=1_000 * n) for n in range(1, 51))


def written(directory: Path, text: str, name: str = "products.csv") -> Path:
    file = directory / name
    if file.suffix == ".gz":
        file.write_bytes(gzip.compress(text.encode()))
    else:
        file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize("name", ["products.csv", "products.csv.gz"])
def test_products_are_read_and_part_millimetres_are_rounded_up(tmp_path: Path, name: str) -> None:
    file = written(tmp_path, HEAD + "a,250,16,14.5,10\nb,0.5,1,2,0.31\n", name)
    assert read_products(file) == (
        Product(sides_mm=(160, 145, 100), unit_mg=250_000),
        Product(sides_mm=(10, 20, 4), unit_mg=500),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "a,b\n1,2\n",
            "expected the columns weight_g, length_cm, width_cm, height_cm; there is no weight_g, length_cm",
        ),
        ("", "expected the columns weight_g"),
        (HEAD, "expected at least one product, got none"),
        (HEAD + "a,250,16,14,10\nb,250,16,,10\n", ":3: width_cm: expected a number above 0, got ''."),
        (HEAD + "a,250,16,14\n", ":2: height_cm: expected a number above 0, got None."),
        (HEAD + "a,0,16,14,10\n", ":2: weight_g: expected a number above 0, got '0'."),
        (HEAD + "a,nan,16,14,10\n", ":2: weight_g: expected a number above 0, got 'nan'."),
        (HEAD + "a,1,inf,14,10\n", ":2: length_cm: expected a number above 0, got 'inf'."),
    ],
)
def test_a_file_that_cannot_be_measured_on_is_said_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadBenchFile) as caught:
        read_products(written(tmp_path, text))
    assert words in str(caught.value)


def test_a_file_that_is_not_there_or_not_what_its_name_says_is_refused(tmp_path: Path) -> None:
    for file in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(BadBenchFile, match=r"expected a CSV file \(.csv or .csv.gz\), got: "):
            read_products(file)
    for name, content in (
        ("plain.csv.gz", b"no gzip at all"),
        ("cut.csv.gz", gzip.compress((HEAD + "a,1,1,1,1\n").encode())[:-9]),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadBenchFile, match="got: "):
            read_products(tmp_path / name)


def test_the_same_seed_draws_the_same_orders() -> None:
    assert draw_orders(PRODUCTS, orders=50, seed=3) == draw_orders(PRODUCTS, orders=50, seed=3)
    assert draw_orders(PRODUCTS, orders=50, seed=3) != draw_orders(PRODUCTS, orders=50, seed=4)
    assert draw_orders(PRODUCTS, orders=50, seed=3)[:20] == draw_orders(PRODUCTS, orders=20, seed=3)


def test_half_the_orders_that_have_an_item_have_another_and_none_has_more_than_allowed() -> None:
    units = Counter(sum(one.units for one in goods) for goods in draw_orders(PRODUCTS, orders=8_000, seed=1))
    assert sorted(units) == [1, 2, 3, 4, 5, 6]
    for few in range(1, 6):
        more = sum(count for items, count in units.items() if items > few)
        assert 0.4 < more / (more + units[few]) < 0.6
    assert {one.units for goods in draw_orders(PRODUCTS, orders=99, seed=1, items_max=1) for one in goods} == {1}


def test_the_same_product_drawn_twice_is_two_units_of_one_kind() -> None:
    orders = draw_orders(PRODUCTS[:1], orders=200, seed=1)
    assert {len(goods) for goods in orders} == {1}
    assert {goods[0].units for goods in orders} == {1, 2, 3, 4, 5, 6}


def test_products_that_go_into_no_carton_are_left_out() -> None:
    long = Product(sides_mm=(1_300, 10, 10), unit_mg=1)
    heavy = Product(sides_mm=(10, 10, 10), unit_mg=30_000_001)
    turned = Product(sides_mm=(10, 10, 1_200), unit_mg=1)
    assert that_fit([long, heavy, turned], standard_cartons()) == (turned,)
