"""A purchase order as its supplier reads it."""

from dataclasses import dataclass

from sqlalchemy import Connection, text


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

    @property
    def value_minor(self) -> int:
        """What it costs."""
        return sum(line.cost_minor for line in self.lines)


def purchase_paper(connection: Connection, number: str) -> PurchasePaper | None:
    """A purchase order by its number; None: there is none."""
    head = connection.execute(
        text(
            "SELECT p.id, p.number, s.name AS supplier, COALESCE(r.approved_us, p.created_us) AS ordered_us, p.due_us"
            " FROM purchase_order p JOIN supplier s ON s.id = p.supplier_id"
            " LEFT JOIN proposal r ON r.purchase_order_id = p.id WHERE p.number = :number"
        ),
        {"number": number},
    ).one_or_none()
    if head is None:
        return None
    rows = connection.execute(
        text(
            "SELECT s.code, s.gtin, s.description, l.ordered, COALESCE(w.cost_minor, l.ordered * s.cost_minor) AS cost,"
            " COALESCE(w.because, '') AS because FROM purchase_order_line l JOIN sku s ON s.id = l.sku_id"
            " LEFT JOIN purchase_reason w ON w.line_id = l.id WHERE l.purchase_order_id = :order ORDER BY l.id"
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
        lines=tuple(
            PaperLine(
                sku=row.code,
                gtin=row.gtin,
                description=row.description,
                units=row.ordered,
                cost_minor=row.cost,
                because=row.because,
            )
            for row in rows
        ),
    )
