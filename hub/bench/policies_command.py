"""``shelflight bench policies``: a replay's days ordered for by our forecast, by Croston's, and by a minimum and a
maximum."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

BAD_INPUT = 2


def policies(
    orders: Annotated[Path, typer.Option(help="CSV of order lines, plain or .gz.")],
    days: Annotated[int, typer.Option(help="Only the first so many trading days; 0: all.", min=0)] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the site and of late deliveries, as a replay's.")] = 1,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")] = None,
) -> None:
    """Fill rate against average stock of three ways of ordering, on the orders and the site of a replay.

    Stock alone: purchase orders, lead times, receipts and backorders, no picking. The site is the one that
    `shelflight replay` makes with the same seed.

    Exit codes: 0 measured, 2 a file is wrong, or the figures cannot be written.
    """
    import json
    from zoneinfo import ZoneInfo

    from hub.bench.policy_shop import shop_of
    from hub.bench.policy_trial import at_equal_stock, compare
    from hub.order_import import BadOrderFile, read_orders
    from hub.replay.site import TIMEZONE

    try:
        if json_file is not None:
            json_file.open("ab").close()  # a long run must not fail at its end for want of a directory
        parsed = read_orders(orders, ZoneInfo(TIMEZONE))
        if not parsed.orders:
            raise BadOrderFile(f"{orders}: expected at least one sale line, found none.")
    except (BadOrderFile, OSError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from None
    shop = shop_of(parsed.orders, days=days, seed=seed)
    points = compare(shop, lambda way, level: print(f"{way} at {level}", file=sys.stderr))
    found: dict[str, Any] = {
        "first_day": str(shop.dates[0]),
        "last_day": str(shop.dates[-1]),
        "scored_from": str(shop.dates[min(shop.scored_from, len(shop.dates) - 1)]),
        "skus": len(shop.skus),
        "points": points,
        "unit_fill_at_equal_cost": at_equal_stock(points),
        "line_fill_at_equal_cost": at_equal_stock(points, fill="line_fill_rate"),
        "unit_fill_at_equal_units": at_equal_stock(points, stock="mean_units"),
    }
    text = json.dumps(found, indent=2)
    print(text)
    if json_file is not None:
        json_file.write_text(text + "\n", "utf-8")
