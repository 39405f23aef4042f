"""``shelflight bench cartons``: how full cartons and containers get, by packings that are checked."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

BAD_INPUT = 2
FAILED = 1


def cartons(
    products: Annotated[
        Path | None,
        typer.Option(help="CSV (.gz) with weight_g, length_cm, width_cm, height_cm: orders are drawn from it."),
    ] = None,
    instances: Annotated[
        Path | None, typer.Option(help="CSV (.gz) of container loading instances, one row a box type.")
    ] = None,
    orders: Annotated[int, typer.Option(help="How many orders are drawn.", min=1, max=1_000_000)] = 2_000,
    seed: Annotated[int, typer.Option(help="Of the orders drawn.")] = 1,
    items_max: Annotated[
        int,
        typer.Option(help="Most items of an order: after each, another one follows with a chance of a half.", min=1),
    ] = 6,
    cartons_file: Annotated[
        Path | None, typer.Option("--cartons", help="TOML of cartons, as a site's; the standard set if not given.")
    ] = None,
    per_set: Annotated[int, typer.Option(help="Only the first so many instances of each set; 0: all.", min=0)] = 0,
    width: Annotated[int, typer.Option(help="Of a container, how many ways are followed at once.", min=1)] = 1,
    branches: Annotated[int, typer.Option(help="Of a container, blocks tried at each step.", min=1)] = 20,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")] = None,
) -> None:
    """Pack drawn orders into cartons (--products), or published containers (--instances), and check every packing.

    For orders: mean fill (goods over cartons, by volume), p95 of processor time an order, and the share of orders whose
    packings are valid; beside them two rules that do not look at how goods lie.

    Exit codes: 0 measured and every packing valid, 1 one is not, 2 a file cannot be read or written.
    """
    from hub.bench.carton_orders import BadBenchFile

    if (products is None) == (instances is None):
        raise _fail("Expected either --products FILE or --instances FILE.")
    if json_file is not None:
        try:
            json_file.open("ab").close()
        except OSError as error:
            raise _fail(f"{json_file}: expected a file that can be written, got: {error}.") from None
    try:
        if products is not None:
            figures = _orders(products, cartons_file, orders=orders, seed=seed, items_max=items_max)
        else:
            assert instances is not None
            figures = _containers(instances, per_set=per_set, width=width, branches=branches)
    except BadBenchFile as error:
        raise _fail(error) from None
    text = json.dumps(figures, indent=2)
    print(text)
    if json_file is not None:
        json_file.write_text(text + "\n", "utf-8")
    if figures["valid"] < 1:
        raise typer.Exit(FAILED)


def _orders(products: Path, cartons_file: Path | None, *, orders: int, seed: int, items_max: int) -> dict[str, Any]:
    from hub.bench import carton_fill, carton_orders, carton_set
    from hub.domain.packing.packer import Effort

    kinds = carton_set.standard_cartons() if cartons_file is None else carton_set.read_cartons(cartons_file)
    every = carton_orders.read_products(products)
    fitting = carton_orders.that_fit(every, kinds)
    if not fitting:
        raise carton_orders.BadBenchFile(f"{products}: expected a product that goes into a carton, got none.")
    _say(f"{len(every)} products, {len(every) - len(fitting)} of them go into none of {len(kinds)} cartons: left out")
    drawn = carton_orders.draw_orders(fitting, orders=orders, seed=seed, items_max=items_max)
    figures = carton_fill.measure(kinds, drawn, carton_set.prices(), _say, Effort())
    return figures | {
        "products": len(every),
        "products_left_out": len(every) - len(fitting),
        "cartons": [carton.name for carton in kinds],
        "seed": seed,
        "items_max": items_max,
    }


def _containers(file: Path, *, per_set: int, width: int, branches: int) -> dict[str, Any]:
    from hub.bench.container_loading import measure, read_instances

    return measure(read_instances(file, per_set), width=width, branches=branches, say=_say) | {
        "width": width,
        "branches": branches,
    }


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _fail(error: object) -> typer.Exit:
    print(error, file=sys.stderr)
    return typer.Exit(BAD_INPUT)
