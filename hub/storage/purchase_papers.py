"""A purchase order as its supplier reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from hub.storage.recipients import Recipient, recipient_of


@dataclass(frozen=True, kw_only=True)
class PaperLine:
    """One line of the order."""

    sku: str
    gtin: str
    description: str
    units: int
    cost_minor: int
    """Of the whole line."""
    because: str
    """For the buyer's eyes only."""
    waiting: int = 0
    """Of goods for a customer: units that are still to be sent."""
    asked_back: int = 0
    """Of them, those that shall not be sent any more."""


@dataclass(frozen=True, kw_only=True)
class PurchasePaper:
    """A purchase order."""

    number: str
    supplier: str
    site: str
    client: str
    ordered_us: int
    due_us: int
    lines: tuple[PaperLine, ...]
    ship_to: Recipient | None = None
    """The customer to whom the supplier sends it; None: it comes to us."""

    @property
    def value_minor(self) -> int:
        """What it costs."""
        return sum(line.cost_minor for line in self.lines)


def purchase_paper(connection: Connection, number: str) -> PurchasePaper | None:
    """A purchase order by its number; None: there is none."""
    head = connection.execute(
        text(
            "SELECT p.id, p.number, s.name AS supplier, COALESCE(r.approved_us, p.created_us) AS ordered_us, p.due_us,"
            " d.order_id FROM purchase_order p JOIN supplier s ON s.id = p.supplier_id"
            " LEFT JOIN drop_ship_order d ON d.purchase_order_id = p.id"
            " LEFT JOIN proposal r ON r.purchase_order_id = p.id WHERE p.number = :number"
        ),
        {"number": number},
    ).one_or_none()
    if head is None:
        return None
    rows = connection.execute(
        text(
            "SELECT s.code, s.gtin, s.description, COALESCE(d.waiting + d.dispatched, l.ordered) AS ordered,"
            " COALESCE((d.waiting + d.dispatched) * d.unit_cost_minor, w.cost_minor, l.ordered * s.cost_minor) AS cost,"
            " COALESCE(w.because, '') AS because, COALESCE(d.waiting, 0) AS waiting, COALESCE(d.asked_back, 0)"
            " AS asked_back FROM purchase_order_line l JOIN sku s ON s.id = l.sku_id"
            " LEFT JOIN purchase_reason w ON w.line_id = l.id LEFT JOIN drop_ship_line d ON d.line_id = l.id"
            " WHERE l.purchase_order_id = :order ORDER BY l.id"
        ),
        {"order": head.id},
    )
    names = connection.execute(
        text(
            "SELECT (SELECT MIN(name) FROM site) AS site, MIN(c.name) AS client FROM purchase_order_line l"
            " JOIN sku s ON s.id = l.sku_id JOIN client c ON c.id = s.client_id WHERE l.purchase_order_id = :order"
        ),
        {"order": head.id},
    ).one()
    return PurchasePaper(
        number=head.number,
        supplier=head.supplier,
        site=names.site,
        client=names.client,
        ordered_us=head.ordered_us,
        due_us=head.due_us,
        lines=_lines(rows.all()),
        ship_to=None if head.order_id is None else recipient_of(connection, head.order_id),
    )


def _lines(rows: Sequence[Any]) -> tuple[PaperLine, ...]:
    """Without those of which nothing is left: a customer did not want them any more before the supplier was told."""
    return tuple(
        PaperLine(
            sku=row.code,
            gtin=row.gtin,
            description=row.description,
            units=row.ordered,
            cost_minor=row.cost,
            because=row.because,
            waiting=row.waiting,
            asked_back=row.asked_back,
        )
        for row in rows
        if row.ordered
    )
