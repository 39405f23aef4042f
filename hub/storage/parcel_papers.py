"""What the documents of a parcel say of its goods."""

from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True, kw_only=True)
class PaperLine:
    """Units of one order line in a parcel, or still to come."""

    code: str
    description: str
    units: int
    price_minor: int
    """Of one unit, as ordered."""
    cost_minor: int
    unit_mg: int
    hs_code: str
    origin: str


_LINE = (
    "SELECT s.code, CASE s.description WHEN '' THEN s.code ELSE s.description END AS description, {units} AS units,"
    " l.price_minor, s.cost_minor, s.unit_mg, s.hs_code, s.origin"
)


def lines_of(connection: Connection, parcel_id: int) -> list[PaperLine]:
    """What is in a parcel, in the order of its order's lines."""
    rows = connection.execute(
        text(
            _LINE.format(units="p.units") + " FROM parcel_line p JOIN order_line l ON l.id = p.line_id"
            " JOIN sku s ON s.id = l.sku_id WHERE p.parcel_id = :parcel ORDER BY l.line"
        ),
        {"parcel": parcel_id},
    )
    return [PaperLine(**row._mapping) for row in rows]


def lines_left(connection: Connection, order_id: int) -> list[PaperLine]:
    """What of an order is still to come, in no parcel yet."""
    units = "l.ordered - l.packed - l.shipped - l.cancelled"
    rows = connection.execute(
        text(
            _LINE.format(units=units) + " FROM order_line l JOIN sku s ON s.id = l.sku_id"
            f" WHERE l.order_id = :order AND {units} > 0 ORDER BY l.line"
        ),
        {"order": order_id},
    )
    return [PaperLine(**row._mapping) for row in rows]
