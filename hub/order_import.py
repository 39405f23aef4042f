"""Sending a file of orders to a running hub."""

import gzip
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import httpx

from hub.domain.order_file import FileOrder, NotAnOrderFile, OrderFile, parse_orders

TIMEOUT_S = 60.0
"""Longer than the hub itself waits for its disk."""
JSON_LINES_SUFFIXES = (".jsonl", ".ndjson")
ANSWER_CHARS_MAX = 200
"""How much of an answer that is no refusal in words is repeated."""


class BadOrderFile(ValueError):
    """The file cannot be read at all."""


class NoHub(Exception):
    """There is no hub at the address, or it does not answer as one."""


def read_orders(file: Path, timezone: tzinfo = UTC) -> OrderFile:
    """Parse a file, plain or ``.gz``; ``placed_at`` is local time of ``timezone``. Raises: BadOrderFile."""
    try:
        with _opened(file) as lines:
            return parse_orders(lines, timezone)
    except FileNotFoundError:
        raise BadOrderFile(f"{file}: expected a CSV file of order lines, there is none.") from None
    except (OSError, EOFError, zlib.error) as error:  # of gzip's own, those without a number say what they found
        why = getattr(error, "strerror", None) or error
        raise BadOrderFile(f"{file}: expected a CSV file of order lines, got: {why}.") from error
    except UnicodeDecodeError as error:
        raise BadOrderFile(
            f"{file}: expected a CSV file of order lines in UTF-8, got byte {error.object[error.start]:#04x}."
        ) from error
    except NotAnOrderFile as error:
        raise BadOrderFile(f"{file}: {error}") from error


def _opened(file: Path) -> TextIO:
    if file.suffix == ".gz":
        return gzip.open(file, "rt", newline="", encoding="utf-8")
    return file.open(newline="", encoding="utf-8")


def body_of(order: FileOrder) -> dict[str, Any]:
    """An order as the REST interface takes it."""
    return {
        "ref": order.ref,
        "customer": order.customer,
        "country": order.country,
        "placed_us": order.placed_us,
        "lines": [{"sku": li.sku, "units": li.units, "price_minor": li.price_minor} for li in order.lines],
    }


def is_json_lines(file: Path) -> bool:
    """Whether a file's name says that it has an order as JSON a line."""
    return file.suffix.lower() in JSON_LINES_SUFFIXES


def send_whole(file: Path, hub_url: str, *, valid_only: bool = False, client: str = "") -> dict[str, Any]:
    """Send a file in one request: all of it is taken or nothing. What became of it, each refused line in ``refused``.

    Args:
        valid_only: Let the hub leave out the orders that have a refused line.

    Raises:
        BadOrderFile: the file cannot be read, or the hub takes it for no file of orders.
        NoHub: there is no hub.
    """
    json_lines = is_json_lines(file)
    if not json_lines:
        read_orders(file)  # what is no order file is said before a hub is asked
    hub_url = hub_url if "://" in hub_url else f"http://{hub_url}"
    try:
        answer = httpx.post(
            f"{hub_url}/api/orders/import",
            params={"valid_only": valid_only, "client": client},
            content=file.read_bytes(),
            headers={"Content-Type": "application/x-ndjson" if json_lines else "text/csv"},
            timeout=TIMEOUT_S,
        )
        told: dict[str, Any] = answer.json()
    except OSError as error:
        raise BadOrderFile(f"{file}: expected a file of orders, got: {error.strerror}.") from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise NoHub(_no_hub(hub_url, error)) from error
    if not answer.is_success and "refused" not in told:
        raise BadOrderFile(f"{file}: {_refusal(answer)}")
    return told


def whole_summary(told: Mapping[str, Any]) -> str:
    """What became of a file, in a sentence."""
    refused = _count(told["refused_lines"], "refused line")
    if "detail" in told:
        return f"{told['detail']} {refused}."
    read = _count(told["new"] + told["again"], "order")
    return f"{read} taken: {told['new']} new, {told['again']} the hub had already; {refused}."


def _no_hub(hub_url: str, error: object) -> str:
    return f"Expected a hub at {hub_url}, got: {error}. Start it, or give its address with --hub."


def send_one_by_one(file: Path, hub_url: str, *, client: str = "") -> int:
    """Send every order of a CSV file by itself; how many lines and orders were not taken, each said on standard error.

    An order with a bad line is not sent: sent without it, the mended file would be refused for ever. If a bad line
    cannot be given to an order, or there are more than can be told, nothing is sent. Times are the hub's site's.

    Raises:
        BadOrderFile: the file cannot be read.
    """
    read_orders(file)  # what is no order file is said before a hub is asked
    hub_url = hub_url if "://" in hub_url else f"http://{hub_url}"
    known = Counter[str]()
    try:
        with httpx.Client(base_url=hub_url, timeout=TIMEOUT_S, params={"client": client}) as hub:
            parsed = read_orders(file, _zone(hub))
            failures = list(_send(parsed, hub, file, known))
    except (httpx.HTTPError, httpx.InvalidURL, NoHub) as error:
        print(_no_hub(hub_url, error), file=sys.stderr)
        return 1
    for failure in failures:
        print(failure, file=sys.stderr)
    print(_summary(parsed, known, len(failures)))
    return len(failures)


def _summary(parsed: OrderFile, known: Mapping[str, int], failures: int) -> str:
    told = (
        f"{_count(len(parsed.orders), 'order')} read: {known['new']} new, {known['again']} the hub had already;"
        f" {_count(failures, 'problem')}."
    )
    if parsed.skipped:
        kinds = ", ".join(f"{lines} of kind '{kind}'" for kind, lines in sorted(parsed.skipped.items()))
        told += f" Lines that ask for no goods were skipped: {kinds}."
    return told


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _zone(client: httpx.Client) -> tzinfo:
    answer = client.get("/api/site")
    try:
        return ZoneInfo(answer.raise_for_status().json()["timezone"])
    except (ValueError, TypeError, KeyError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise NoHub(f"no time zone at /api/site: {answer.text[:ANSWER_CHARS_MAX]!r}") from error


def _send(parsed: OrderFile, client: httpx.Client, file: Path, known: Counter[str]) -> Iterator[str]:
    """Send what can be sent; what could not. Whether the hub had an order already is counted in ``known``."""
    spoilt: dict[str, int] = {}
    for bad in parsed.bad:
        yield f"{file}, {bad}"
        spoilt.setdefault(bad.ref, bad.number)
    if "" in spoilt or parsed.bad_lines > len(parsed.bad):
        which = f"line {spoilt['']}" if "" in spoilt else f"one of {parsed.bad_lines} bad lines"
        yield f"{file}: nothing was sent, for {which} may belong to any order: mend the file and send it again."
        return
    for order in parsed.orders:
        if order.ref in spoilt:
            yield f"order {order.ref}: not sent, for its line {spoilt[order.ref]} is bad: mend it, send the file again."
            continue
        try:
            answer = client.post("/api/orders", json=body_of(order))
        except httpx.TransportError as error:
            yield f"order {order.ref}: expected a hub at {client.base_url}, got: {error or type(error).__name__}"
            return
        if not answer.is_success:
            yield f"order {order.ref}: {_refusal(answer)}"
        elif (again := _again(answer)) is None:
            said = answer.text[:ANSWER_CHARS_MAX]
            yield f"order {order.ref}: expected a hub at {client.base_url}, it answered {said!r}"
        else:
            known["again" if again else "new"] += 1


def _again(answer: httpx.Response) -> bool | None:
    """Whether the hub had the order already; None if that is no hub's answer."""
    try:
        return bool(answer.json()["again"])
    except (ValueError, TypeError, KeyError):
        return None


def _refusal(answer: httpx.Response) -> str:
    """Why the hub did not take an order, in its words if it has any."""
    try:
        detail = answer.json()["detail"]
    except (ValueError, TypeError, KeyError):
        detail = answer.text[:ANSWER_CHARS_MAX]
    return f"{detail} (HTTP {answer.status_code})"
