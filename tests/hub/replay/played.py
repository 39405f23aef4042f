"""Small replays for the tests that look at them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from hub.domain.order_file import OrderFile
from hub.replay.replay import Options, Replay
from tests.hub.demo_site import a_day, sale

FIRST = date(2011, 3, 1)
SKUS = ("RED", "BLUE", "GREEN", "JAR")


def some_weeks(days: int = 26) -> OrderFile:
    """A few orders a trading day; on the third a wholesaler asks for more of one SKU than any tote, light or bin
    holds, and on the fourth one SKU sells that nobody had asked for before."""
    lines = []
    trading = [FIRST + timedelta(days=n) for n in range(days) if (FIRST + timedelta(days=n)).weekday() != 5]
    for n, day in enumerate(trading):
        lines.append(sale(f"A{n}", "RED", 3, at=f"{day}T08:15"))
        lines.append(sale(f"A{n}", "BLUE", 2 + n % 3, line=2, at=f"{day}T08:15"))
        lines.append(sale(f"B{n}", "GREEN", 1, at=f"{day}T12:40"))
        if n == 2:
            lines.append(sale("WHOLESALE", "JAR", 2_500, at=f"{day}T10:05"))
        if n == 3:
            lines.append(sale("NEW", "JAR", 1, at=f"{day}T10:05"))
            lines.append(f"C1,1,{day}T10:06,return,RED,GOODS RED,-1,1.25,14620,United Kingdom")
    return a_day(*lines)


@contextmanager
def replay_of(orders: OrderFile, data: Path | None = None, *, days: int = 0, seed: int = 7) -> Iterator[Replay]:
    """A replay that is closed at the end. With seed 7 jars come from a supplier that needs a week."""
    played = Replay(Options(orders=orders, days=days, seed=seed, data=data), lambda _: None)
    try:
        yield played
    finally:
        played.close()
