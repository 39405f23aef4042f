"""Taking a file of orders in: all of it or nothing, unless it was said that the valid orders shall come alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from hub.handlers.orders import UNITS_MAX, NewOrder, receive_order
from hub.storage import orders
from hub.storage.kits import kits_by_code
from hub.storage.transaction import Tx

FILE_LINES_MAX = 2_000
"""Order lines of one file: they are written down in one transaction, and the floor waits meanwhile."""
REFUSED_TOLD_MAX = 1_000
"""So many refused lines are told one by one."""


@dataclass(frozen=True, kw_only=True)
class RefusedLine:
    """Why a line of a file cannot be taken."""

    line: int
    """Its number in the file, the first being 1."""
    order: str
    """The order's number; empty if that cannot be told."""
    field: str
    """The column or field that is wrong; empty if it is the line itself."""
    expected: str
    got: str

    def __str__(self) -> str:
        order = f"order {self.order}, " if self.order else ""
        return f"line {self.line}: {order}{self.field or 'the line'}: expected {self.expected}, got '{self.got}'"


@dataclass(frozen=True, kw_only=True)
class FiledOrder:
    """An order and where it stands in its file."""

    order: NewOrder
    lines: tuple[int, ...]
    """For each of its lines the number of the file's line that says it."""


@dataclass(frozen=True, kw_only=True)
class Filed:
    """What was read of a file."""

    orders: tuple[FiledOrder, ...]
    refused: tuple[RefusedLine, ...] = ()
    """What could not be read; the orders that these lines belong to are not among the orders."""
    more_refused: int = 0
    """Lines that could not be read beyond those."""
    skipped: Mapping[str, int] = field(default_factory=dict)
    """Lines that ask for no goods, by kind."""


@dataclass(frozen=True, kw_only=True)
class FileReceipt:
    """What became of a file."""

    new: int
    """Orders that came in."""
    again: int
    """Orders that the hub had already."""
    promised: int
    backordered: int
    refused: tuple[RefusedLine, ...]


class RefusedFile(ValueError):
    """Nothing of the file was taken; ``refused`` says why."""

    def __init__(self, words: str, refused: Sequence[RefusedLine]) -> None:
        super().__init__(words)
        self.refused = tuple(refused)


def check_file(connection: Connection, client_id: int, filed: Filed) -> tuple[RefusedLine, ...]:
    """Every line of a file that would be refused, those that could not be read first; nothing is changed.

    Raises:
        RefusedFile: it is too long to be taken as one.
    """
    lines = sum(len(one.lines) for one in filed.orders)
    if lines > FILE_LINES_MAX:
        raise RefusedFile(f"Expected a file of at most {FILE_LINES_MAX} order lines, got {lines}: split it.", ())
    codes = {line.sku for one in filed.orders for line in one.order.lines}
    units_max = dict.fromkeys(orders.skus_by_code(connection, client_id, codes), UNITS_MAX)
    for code, kit in kits_by_code(connection, client_id, codes).items():
        units_max[code] = UNITS_MAX // max(each for _, each in kit.parts)
    seen: dict[str, NewOrder] = {}
    found = list(filed.refused)
    for one in filed.orders:
        found += _faults(connection, client_id, one, units_max, seen)
    return tuple(found)


def all_or_nothing(filed: Filed, refused: Sequence[RefusedLine]) -> None:
    """Let pass a file of which no line is refused. Raises: RefusedFile."""
    many = len(refused) + filed.more_refused
    if many:
        count = "1 line is" if many == 1 else f"{many} lines are"
        raise RefusedFile(f"Nothing was taken, for {count} refused: mend the file and send it again.", refused)


def take_file(tx: Tx, filed: Filed, *, valid_only: bool) -> FileReceipt:
    """Take a file's orders in for this transaction's client.

    Args:
        valid_only: Leave out the orders that have a refused line, and take the others.

    Raises:
        RefusedFile: a line is refused, and ``valid_only`` was not said; or a line that cannot be read may belong to
            any order; or the file is too long. Nothing was taken.
    """
    refused = check_file(tx.connection, tx.client_id, filed)
    if not valid_only:
        all_or_nothing(filed, refused)
    if filed.more_refused or any(not line.order for line in refused):
        raise RefusedFile(
            "Nothing was taken, for a line that cannot be read may belong to any order: mend it.", refused
        )
    spoilt = {line.order for line in refused}
    receipts = [receive_order(tx, one.order) for one in filed.orders if one.order.ref not in spoilt]
    return FileReceipt(
        new=sum(not receipt.again for receipt in receipts),
        again=sum(receipt.again for receipt in receipts),
        promised=sum(receipt.promised for receipt in receipts),
        backordered=sum(receipt.backordered for receipt in receipts),
        refused=refused,
    )


def _faults(
    connection: Connection,
    client_id: int,
    one: FiledOrder,
    units_max: Mapping[str, int],
    seen: dict[str, NewOrder],
) -> Iterator[RefusedLine]:
    new = one.order
    for number, line in zip(one.lines, new.lines, strict=True):
        if line.sku not in units_max:
            yield RefusedLine(line=number, order=new.ref, field="sku", expected="an SKU of the catalogue", got=line.sku)
        elif not 1 <= line.units <= units_max[line.sku]:
            expected = f"1 to {units_max[line.sku]} units"
            yield RefusedLine(line=number, order=new.ref, field="units", expected=expected, got=str(line.units))
    first = one.lines[0] if one.lines else 0
    if seen.setdefault(new.ref, new) != new:
        expected = "an order's number once, or the same order again"
        yield RefusedLine(line=first, order=new.ref, field="ref", expected=expected, got=new.ref)
    known = orders.order_by_ref(connection, client_id, new.ref)
    if known is not None and known[2] != new.digest:
        expected = "an order that is new, or as it came before"
        yield RefusedLine(line=first, order=new.ref, field="ref", expected=expected, got=new.ref)
