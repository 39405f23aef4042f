"""Orders to be packed, drawn from the sizes of real products by a seed."""

import csv
import gzip
import math
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from hub.domain.cartons import Carton
from hub.domain.packing.goods import Goods, Sides

COLUMNS = ("weight_g", "length_cm", "width_cm", "height_cm")
MM_PER_CM = 10
MG_PER_G = 1_000
ANOTHER = 0.5
"""How likely an order that has an item has another one."""
ITEMS_MAX = 6


class BadBenchFile(ValueError):
    """A file that cannot be measured on; says which line, what was expected and what came."""


@dataclass(frozen=True, kw_only=True)
class Product:
    """One product's box."""

    sides_mm: Sides
    unit_mg: int


def rows(file: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, row) of a CSV file, compressed if its name ends in ``.gz``.

    Raises:
        BadBenchFile: it cannot be read, or has not these columns.
    """
    try:
        with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8", newline="") as text:
            reader = csv.DictReader(text)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise BadBenchFile(
                    f"{file}: expected the columns {', '.join(columns)}; there is no {', '.join(missing)}."
                )
            for row in reader:
                yield reader.line_num, row
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, zlib.error) as error:
        raise BadBenchFile(f"{file}: expected a CSV file (.csv or .csv.gz), got: {error}.") from error


def read_products(file: Path) -> tuple[Product, ...]:
    """The products of a file; sizes in part millimetres are rounded up.

    Raises:
        BadBenchFile: it cannot be read, a size or weight is no positive number, or there is no product.
    """
    products = tuple(_product(file, line, row) for line, row in rows(file, COLUMNS))
    if not products:
        raise BadBenchFile(f"{file}: expected at least one product, got none.")
    return products


def _product(file: Path, line: int, row: dict[str, str]) -> Product:
    numbers = []
    for name in COLUMNS:
        try:
            number = float(row[name])
        except (TypeError, ValueError):
            number = math.nan
        if not (0 < number < math.inf):
            raise BadBenchFile(f"{file}:{line}: {name}: expected a number above 0, got {row[name]!r}.")
        numbers.append(number)
    length, width, height = (math.ceil(number * MM_PER_CM) for number in numbers[1:])
    return Product(sides_mm=(length, width, height), unit_mg=math.ceil(numbers[0] * MG_PER_G))


def that_fit(products: Iterable[Product], cartons: Sequence[Carton]) -> tuple[Product, ...]:
    """The products that go into a carton by themselves; the others are sent as they come."""
    inner = [(sorted(carton.sides_mm), carton.load_max_mg) for carton in cartons]
    return tuple(
        product
        for product in products
        if any(
            product.unit_mg <= load_max_mg
            and all(side <= room for side, room in zip(sorted(product.sides_mm), sides, strict=True))
            for sides, load_max_mg in inner
        )
    )


def draw_orders(
    products: Sequence[Product], *, orders: int, seed: int, items_max: int = ITEMS_MAX
) -> list[tuple[Goods, ...]]:
    """Orders of 1 to ``items_max`` items: after each another one with a chance of :data:`ANOTHER`, every product alike.

    An item is one unit; the same product twice is two units.
    """
    rng = Random(seed)
    drawn = []
    for _ in range(orders):
        items = 1
        while items < items_max and rng.random() < ANOTHER:
            items += 1
        units: dict[Product, int] = {}
        for _ in range(items):
            product = products[rng.randrange(len(products))]
            units[product] = units.get(product, 0) + 1
        drawn.append(tuple(Goods(units=n, unit_mg=p.unit_mg, sides_mm=p.sides_mm) for p, n in units.items()))
    return drawn
