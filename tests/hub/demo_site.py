"""The demo's own day and site, made once for the tests that look at them."""

from functools import cache
from pathlib import Path

from hub.demo.site_maker import make_site, read_templates
from hub.domain.order_file import FileOrder, OrderFile, parse_orders

CONFIG = Path(__file__).parents[2] / "config" / "demo"
SEED = 7
HEADER = "order_id,line,placed_at,kind,sku,description,quantity,unit_price,customer_id,country"


@cache
def default_day() -> OrderFile:
    """The day that the demo plays."""
    return parse_orders((CONFIG / "orders_2011-03-01.csv").read_text("utf-8"))


def site_of(orders: tuple[FileOrder, ...], seed: int = SEED) -> dict[str, str]:
    """The files of a site for these orders."""
    return make_site(orders, seed=seed, broker_host="127.0.0.1", broker_port=18830, templates=read_templates(CONFIG))


@cache
def default_site() -> dict[str, str]:
    """The files of the demo's site; not to be changed."""
    return site_of(default_day().orders)


def a_day(*lines: str) -> OrderFile:
    """An order file of these lines under the right header."""
    return parse_orders("\n".join((HEADER, *lines)) + "\n")


def sale(
    ref: str, sku: str, units: int = 1, *, line: int = 1, at: str = "2011-03-01T09:00", price: str = "1.25"
) -> str:
    """One sale line."""
    return f"{ref},{line},{at},sale,{sku},GOODS {sku},{units},{price},14620,United Kingdom"
