"""Returns and their lines: what may come back of an order, what is waited for, what came."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, text

from hub.domain.gtin import check_digit
from hub.domain.return_states import UNIT_STATES, ReturnStage, stage_of
from hub.domain.return_terms import NUMBER_PREFIX
from hub.storage.return_tables import customer_return, return_line
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Returnable:
    """A line of an order, and what of it may still come back."""

    order_line_id: int
    line: int
    sku_id: int
    sku: str
    description: str
    price_minor: int
    shipped: int
    returned: int
    """Came back, or may."""
    in_window: int
    """Of the shipped ones, those that left late enough."""

    @property
    def left(self) -> int:
        """Units that may still be authorised."""
        return max(0, min(self.shipped - self.returned, self.in_window))


def returnable(connection: Connection, order_id: int, since_us: int) -> list[Returnable]:
    """Every line of an order, as far as its parcels left since a time."""
    rows = connection.execute(_RETURNABLE, {"order": order_id, "since": since_us})
    return [Returnable(**dict(row._mapping) | {"in_window": int(row.in_window)}) for row in rows]


_RETURNABLE = text(
    "SELECT l.id AS order_line_id, l.line, l.sku_id, s.code AS sku, s.description, l.price_minor, l.shipped,"
    " COALESCE(r.units, 0) AS returned, COALESCE((SELECT SUM(c.units) FROM parcel_line c JOIN parcel p"
    " ON p.id = c.parcel_id AND p.state = 'shipped' AND p.shipped_us >= :since WHERE c.line_id = l.id), 0) AS in_window"
    " FROM order_line l JOIN sku s ON s.id = l.sku_id LEFT JOIN returned_units r ON r.order_line_id = l.id"
    " WHERE l.order_id = :order ORDER BY l.line"
)


def claim_units(tx: Tx, order_line_id: int, units: int) -> bool:
    """Count units of an order line as returned, if so many were shipped and are not; whether they were.

    Guarded in the statement itself: whoever else asks at the same moment, never more than were shipped.
    """
    done = tx.connection.execute(_CLAIM, {"line": order_line_id, "units": units})
    return done.rowcount == 1


_CLAIM = text(
    "INSERT INTO returned_units (order_line_id, units) SELECT l.id, :units FROM order_line l"
    " WHERE l.id = :line AND l.shipped >= :units ON CONFLICT (order_line_id) DO UPDATE"
    " SET units = returned_units.units + excluded.units WHERE returned_units.units + excluded.units"
    " <= (SELECT l.shipped FROM order_line l WHERE l.id = excluded.order_line_id)"
)


def give_back(tx: Tx, order_line_id: int, units: int) -> None:
    """Count units of an order line as returned no more."""
    tx.connection.execute(_GIVE_BACK, {"line": order_line_id, "units": units})


_GIVE_BACK = text("UPDATE returned_units SET units = units - :units WHERE order_line_id = :line")


@dataclass(frozen=True, kw_only=True)
class ReturnRow:
    """A return, with its order if that is known."""

    id: int
    public: str
    number: str
    client_id: int
    order_id: int | None
    order_ref: str
    order_public: str
    customer: str
    wanted: str
    origin: str
    by: str
    note: str
    exchange: str
    exchange_order_id: int | None
    exchange_ref: str
    exchange_public: str
    exchange_minor: int
    created_us: int
    expires_us: int


@dataclass(frozen=True, kw_only=True)
class ReturnLine:
    """A line of a return, with its units by state."""

    id: int
    return_id: int
    line: int
    order_line_id: int | None
    order_line: int | None
    """Its number in the order."""
    sku_id: int
    sku: str
    description: str
    gtin: str
    reason: str
    price_minor: int
    units: int
    waiting: int
    received: int
    graded: int
    expired: int
    cancelled: int


_RETURN = (
    "SELECT r.id, r.public, r.number, r.client_id, r.order_id, COALESCE(o.ref, '') AS order_ref,"
    " COALESCE(o.public, '') AS order_public, COALESCE(o.customer, '') AS customer, r.wanted, r.origin, r.by, r.note,"
    " r.exchange, r.exchange_order_id, COALESCE(x.ref, '') AS exchange_ref, COALESCE(x.public, '') AS exchange_public,"
    " r.exchange_minor, r.created_us, r.expires_us FROM customer_return r LEFT JOIN customer_order o"
    " ON o.id = r.order_id LEFT JOIN customer_order x ON x.id = r.exchange_order_id WHERE "
)


def by_number(connection: Connection, number: str) -> ReturnRow | None:
    """The return of this number, or None."""
    row = connection.execute(text(_RETURN + "r.number = :number"), {"number": number}).one_or_none()
    return None if row is None else ReturnRow(**row._mapping)


def by_id(connection: Connection, return_id: int) -> ReturnRow:
    """One return."""
    return ReturnRow(**connection.execute(text(_RETURN + "r.id = :id"), {"id": return_id}).one()._mapping)


def of_order(connection: Connection, order_id: int) -> list[ReturnRow]:
    """The returns of an order, and the one that it is the exchange of; the oldest first."""
    rows = connection.execute(
        text(_RETURN + "(r.order_id = :order OR r.exchange_order_id = :order) ORDER BY r.id"), {"order": order_id}
    )
    return [ReturnRow(**row._mapping) for row in rows]


def newest(connection: Connection, limit: int, client_id: int | None = None) -> list[ReturnRow]:
    """The newest returns first, of one client or of all."""
    where = "1 = 1" if client_id is None else "r.client_id = :client"
    rows = connection.execute(
        text(f"{_RETURN}{where} ORDER BY r.id DESC LIMIT :limit"), {"limit": limit, "client": client_id}
    )
    return [ReturnRow(**row._mapping) for row in rows]


_LINES = (
    "SELECT n.id, n.return_id, n.line, n.order_line_id, l.line AS order_line, n.sku_id, s.code AS sku, s.description,"
    " s.gtin, n.reason, n.price_minor, n.units, n.waiting, n.received, n.graded, n.expired, n.cancelled"
    " FROM return_line n JOIN sku s ON s.id = n.sku_id LEFT JOIN order_line l ON l.id = n.order_line_id WHERE "
)


def lines(connection: Connection, return_id: int) -> list[ReturnLine]:
    """The lines of a return."""
    rows = connection.execute(text(_LINES + "n.return_id = :id ORDER BY n.line"), {"id": return_id})
    return [ReturnLine(**row._mapping) for row in rows]


def lines_of(connection: Connection, return_ids: Sequence[int]) -> dict[int, list[ReturnLine]]:
    """The lines of several returns."""
    found: dict[int, list[ReturnLine]] = {return_id: [] for return_id in return_ids}
    if return_ids:
        some = text(_LINES + "n.return_id IN :ids ORDER BY n.return_id, n.line")
        for row in connection.execute(some.bindparams(bindparam("ids", expanding=True)), {"ids": list(return_ids)}):
            found[row.return_id].append(ReturnLine(**row._mapping))
    return found


def line(connection: Connection, line_id: int) -> ReturnLine:
    """One line."""
    return ReturnLine(**connection.execute(text(_LINES + "n.id = :id"), {"id": line_id}).one()._mapping)


def units_by_state(of: Iterable[ReturnLine]) -> Mapping[str, int]:
    """Units over lines by state."""
    kept = list(of)
    return {state: sum(getattr(one, state) for one in kept) for state in UNIT_STATES}


def stage(of: Iterable[ReturnLine]) -> ReturnStage:
    """Where a return is."""
    return stage_of(units_by_state(of))


def insert(tx: Tx, **values: object) -> int:
    """Write a return's head; its id. Its number is made of it: R, seven digits and a check digit as GS1 makes it."""
    latest = tx.connection.execute(text("SELECT COALESCE(MAX(id), 0) FROM customer_return")).scalar_one()
    digits = f"{latest + 1:07d}"
    number = f"{NUMBER_PREFIX}{digits}{check_digit(digits)}"
    head = {"public": tx.ids.new(), "number": number, "site_id": tx.site_id, "created_us": tx.now_us} | values
    made = tx.connection.execute(customer_return.insert().values(head))
    tx.changed("return", ref=number)
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def add_line(tx: Tx, return_id: int, state: str, units: int, **values: object) -> int:
    """Write a line of a return whose units are all in one state; its id."""
    latest = tx.connection.execute(
        text("SELECT COALESCE(MAX(line), 0) FROM return_line WHERE return_id = :id"), {"id": return_id}
    ).scalar_one()
    row = {"return_id": return_id, "line": latest + 1, "units": units, state: units} | values
    made = tx.connection.execute(return_line.insert().values(row))
    tx.changed("return", ref=str(return_id))
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def shift(tx: Tx, line_id: int, units: int, from_state: str, to_state: str) -> None:
    """Move units of a line from one state to another.

    Raises:
        sqlalchemy.exc.IntegrityError: fewer than ``units`` are in ``from_state``.
    """
    assert from_state in UNIT_STATES and to_state in UNIT_STATES and units > 0
    tx.connection.execute(
        text(
            f"UPDATE return_line SET {from_state} = {from_state} - :units, {to_state} = {to_state} + :units"
            " WHERE id = :line"
        ),
        {"units": units, "line": line_id},
    )
    tx.changed("return", ref=str(line_id))


def set_return(tx: Tx, return_id: int, **values: object) -> None:
    """Change a return's head."""
    tx.connection.execute(customer_return.update().where(customer_return.c.id == return_id).values(**values))
    tx.changed("return", ref=str(return_id))


def overdue(connection: Connection, now_us: int, limit: int) -> list[int]:
    """Returns of which units are waited for beyond their time."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT r.id FROM return_line n JOIN customer_return r ON r.id = n.return_id"
            " WHERE n.waiting > 0 AND r.expires_us <= :now ORDER BY r.id LIMIT :limit"
        ),
        {"now": now_us, "limit": limit},
    )
    return [row.id for row in rows]


def set_line(tx: Tx, line_id: int, **values: object) -> None:
    """Change a line."""
    tx.connection.execute(return_line.update().where(return_line.c.id == line_id).values(**values))
    tx.changed("return", ref=str(line_id))
