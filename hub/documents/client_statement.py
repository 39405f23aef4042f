"""A client's statement of a month: what was done for it, each at its rate."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from edge.contract.clients import Rates
from hub.storage.billing import Counted

MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])\Z")


@dataclass(frozen=True, kw_only=True)
class Charge:
    """One line of a statement."""

    what: str
    number: int
    rate: str
    """In words."""
    amount_minor: int


def month_us(month: str, zone: tzinfo) -> tuple[int, int]:
    """When a month, as ``2011-03``, begins and ends there, UTC microseconds. Raises: ValueError, it is none."""
    found = MONTH.match(month)
    if found is None or found[1] == "0000" or found[1] == "9999":
        raise ValueError(f"month: expected a month, as 2011-03, got {month[:20]!r}.")
    year, number = int(found[1]), int(found[2])
    begins = datetime(year, number, 1, tzinfo=zone)
    ends = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=zone)
    return int(begins.timestamp()) * 1_000_000, int(ends.timestamp()) * 1_000_000


def charges(counted: Counted, rates: Rates) -> tuple[Charge, ...]:
    """What a client pays, line by line; halves of a minor unit are rounded up."""

    def each(what: str, number: int, rate_minor: int) -> Charge:
        return Charge(what=what, number=number, rate=f"{rate_minor} each", amount_minor=number * rate_minor)

    return (
        each("orders that left", counted.orders, rates.order_minor),
        each("order lines that left", counted.lines, rates.line_minor),
        each("units that left", counted.units, rates.unit_minor),
        each("parcels", counted.parcels, rates.parcel_minor),
        Charge(
            what="freight",
            number=counted.freight_minor,
            rate=f"{rates.freight_percent} %",
            amount_minor=(counted.freight_minor * rates.freight_percent + 50) // 100,
        ),
        each("units received", counted.received_units, rates.received_unit_minor),
        Charge(
            what="unit-days of storage",
            number=counted.unit_days,
            rate=f"{rates.unit_days_1000_minor} a thousand",
            amount_minor=(counted.unit_days * rates.unit_days_1000_minor + 500) // 1_000,
        ),
    )


def statement_csv(client: str, month: str, currency: str, lines: tuple[Charge, ...]) -> str:
    """A statement as a table: amounts and rates in minor units of the currency."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(("client", "month", "what", "number", "rate_minor", "amount_minor", "currency"))
    for line in lines:
        table.writerow((client, month, line.what, line.number, line.rate, line.amount_minor, currency))
    table.writerow((client, month, "total", "", "", sum(line.amount_minor for line in lines), currency))
    return text.getvalue()
