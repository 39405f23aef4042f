"""Sending a file of orders to a running hub."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from hub.domain.order_file import FileOrder, NotAnOrderFile, OrderFile, parse_orders

TIMEOUT_S = 30.0


class BadOrderFile(ValueError):
    """The file cannot be read at all."""


def read_orders(file: Path) -> OrderFile:
    """Parse a file. Raises: BadOrderFile."""
    try:
        with file.open(newline="", encoding="utf-8") as lines:
            return parse_orders(lines)
    except FileNotFoundError:
        raise BadOrderFile(f"{file}: expected a CSV file of order lines, there is none.") from None
    except (NotAnOrderFile, UnicodeDecodeError) as error:
        raise BadOrderFile(f"{file}: {error}") from error


def body_of(order: FileOrder) -> dict[str, Any]:
    """An order as the REST interface takes it."""
    return {
        "ref": order.ref,
        "customer": order.customer,
        "country": order.country,
        "placed_us": order.placed_us,
        "lines": [{"sku": li.sku, "units": li.units, "price_minor": li.price_minor} for li in order.lines],
    }


def send_file(file: Path, hub_url: str) -> int:
    """Send every order of a file; how many lines and orders were not taken, each said on standard error.

    Raises:
        BadOrderFile: the file cannot be read.
    """
    parsed = read_orders(file)
    failures = list(_send(parsed, hub_url, file))
    for failure in failures:
        print(failure, file=sys.stderr)
    print(f"{len(parsed.orders)} orders read, {len(failures)} problems, {sum(parsed.skipped.values())} lines skipped.")
    return len(failures)


def _send(parsed: OrderFile, hub_url: str, file: Path) -> Iterator[str]:
    for bad in parsed.bad:
        yield f"{file}, {bad}"
    with httpx.Client(base_url=hub_url, timeout=TIMEOUT_S) as client:
        for order in parsed.orders:
            try:
                answer = client.post("/api/orders", json=body_of(order))
            except httpx.TransportError as error:
                yield f"order {order.ref}: expected a hub at {hub_url}, got: {error}"
                return
            if answer.is_error:
                yield f"order {order.ref}: {answer.json().get('detail', answer.text)}"
