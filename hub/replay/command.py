"""``shelflight replay``: months of real orders, as fast as the machine allows."""

import sys
from pathlib import Path
from typing import Annotated, cast, get_args

import typer

BAD_INPUT = 2
IN_USE = 4


def replay(
    orders: Annotated[Path, typer.Option(help="CSV of order lines, plain or .gz.")],
    days: Annotated[int, typer.Option(help="Only the first so many trading days; 0: all.", min=0)] = 0,
    report: Annotated[Path | None, typer.Option(help="Write the figures to this JSON file.")] = None,
    data: Annotated[Path | None, typer.Option(help="Keep site and database in this unused directory.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of everything simulated.")] = 1,
    restock: Annotated[
        str, typer.Option(help="What the hub orders by: forecast, croston, or fixed reorder points of the first days.")
    ] = "forecast",
) -> None:
    """Run months of real orders through the hub's own code and storage, as fast as the machine allows.

    Exit codes: 0 every invariant holds and the book is what lies there; 1 not so; 2 bad input or a used directory;
    4 a replay runs in the directory; 130 interrupted (with the report so far).
    """
    import logging
    import threading
    from zoneinfo import ZoneInfo

    import structlog

    from edge.alone import AlreadyRunning
    from edge.contract.site import BadSite
    from edge.ending import on_end
    from hub.handlers.policy import RestockBy
    from hub.order_import import BadOrderFile, read_orders
    from hub.replay.replay import DirectoryUsed, Options, Replay
    from hub.replay.returns import read_returns
    from hub.replay.screen import run
    from hub.replay.site import TIMEZONE

    # of what the hub notes of every hour only what is wrong is said
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    if report is not None:
        _must_be_writable(report)
    if restock not in get_args(RestockBy):
        raise _fail(f"--restock: expected one of {', '.join(get_args(RestockBy))}, got '{restock}'.", BAD_INPUT)
    rule = cast("RestockBy", restock)
    try:
        parsed = read_orders(orders, ZoneInfo(TIMEZONE))
        for bad in parsed.bad:
            print(f"left out: {bad}", file=sys.stderr)
        if not parsed.orders:
            raise BadOrderFile(f"{orders}: expected at least one sale line, found none.")
        stop = threading.Event()
        on_end(stop.set)
        back = read_returns(orders, ZoneInfo(TIMEZONE))
        options = Options(orders=parsed, days=days, seed=seed, data=data, returns=back, restock=rule)
        played = Replay(options, print, stop)
    except (BadOrderFile, BadSite, DirectoryUsed, OSError) as error:
        raise _fail(error, BAD_INPUT) from None
    except AlreadyRunning as error:
        raise _fail(error, IN_USE) from None
    try:
        code = run(played, report)
    finally:
        played.close()
    raise typer.Exit(code)


def _must_be_writable(file: Path) -> None:
    """A long run must not fail at its end for want of a directory."""
    try:
        file.open("ab").close()
    except OSError as error:
        raise _fail(f"{file}: expected a file that can be written, got: {error}.", BAD_INPUT) from None


def _fail(error: object, code: int) -> typer.Exit:
    print(error, file=sys.stderr)
    return typer.Exit(code)
