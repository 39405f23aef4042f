"""Announced deliveries: taken in once, checked against what was ordered, given a door."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import tzinfo
from hashlib import sha256

from hub.domain.announced import Announced, Content
from hub.handlers.policy import Policy
from hub.storage import asns, exceptions, purchasing, setup
from hub.storage.transaction import Tx

DIFFERS = "asn_differs"


class RefusedAsn(ValueError):
    """An announced delivery cannot be taken: a name that nobody knows, or an order that it cannot be of."""


class OtherAsn(ValueError):
    """It came before and said something else, or its door is taken at that time."""


@dataclass(frozen=True, kw_only=True)
class AsnTaken:
    """What became of an announced delivery."""

    ref: str
    purchase_order: str
    again: bool
    """The same had come before."""
    differs: tuple[str, ...]
    """Where it brings other units than are on order."""


def take_all(tx: Tx, policy: Policy, deliveries: Sequence[Announced]) -> list[AsnTaken]:
    """Take announced deliveries in, all or none. Raises: RefusedAsn, OtherAsn."""
    return [take(tx, policy, delivery) for delivery in deliveries]


def take(tx: Tx, policy: Policy, delivery: Announced) -> AsnTaken:
    """Take an announced delivery in; the same once more changes nothing.

    One of no purchase order gets one of what it brings. Raises: RefusedAsn, OtherAsn.
    """
    suppliers = setup.suppliers(tx.connection)
    if delivery.supplier not in suppliers:
        known = ", ".join(sorted(suppliers)[:10])
        raise RefusedAsn(f"{delivery.ref}: expected one of the suppliers {known}, got '{delivery.supplier[:80]}'.")
    supplier_id = suppliers[delivery.supplier][0]
    digest = sha256(json.dumps(asdict(delivery), sort_keys=True, default=str).encode()).hexdigest()
    before = asns.find(tx.connection, supplier_id, delivery.ref)
    if before is not None:
        if before.digest != digest:
            raise OtherAsn(f"{delivery.ref} of {delivery.supplier} came before with other content: take another ref.")
        return AsnTaken(ref=delivery.ref, purchase_order=before.number, again=True, differs=())
    sku_ids = _sku_ids(tx, delivery)
    from_us, until_us = _slot_us(delivery, policy.zone)
    _door_is_free(tx, delivery, from_us, until_us)
    _cartons_are_new(tx, delivery)
    wanted = Counter[int]()
    for content in delivery.contents:
        wanted[sku_ids[content.sku]] += content.units
    order_id, number = _order(tx, delivery, supplier_id, wanted, from_us)
    differs = _differs(tx, order_id, wanted)
    asn_id = asns.insert(
        tx,
        ref=delivery.ref,
        supplier_id=supplier_id,
        order_id=order_id,
        expected_us=from_us,
        until_us=until_us,
        door=delivery.door,
        digest=digest,
    )
    for carton in delivery.cartons:
        carton_id = asns.insert_carton(tx, asn_id, carton.sscc, carton.gross_mg)
        _write(tx, asn_id, carton_id, carton.contents, sku_ids)
    _write(tx, asn_id, None, delivery.loose, sku_ids)
    if differs:
        detail = f"{delivery.ref} of {delivery.supplier} for {number}: {'; '.join(differs)}."
        exceptions.open_once(tx, DIFFERS, "purchasing", detail, ref_kind="po", ref_id=number)
    return AsnTaken(ref=delivery.ref, purchase_order=number, again=False, differs=differs)


def cancel(tx: Tx, supplier: str, ref: str) -> None:
    """A delivery does not come as announced. Raises: RefusedAsn, OtherAsn."""
    suppliers = setup.suppliers(tx.connection)
    found = asns.find(tx.connection, suppliers[supplier][0], ref) if supplier in suppliers else None
    if found is None:
        raise RefusedAsn(f"Expected an announced delivery, got '{ref[:80]}' of '{supplier[:80]}'.")
    if found.cartons_received:
        raise OtherAsn(f"{ref}: {found.cartons_received} of its cartons were received before.")
    asns.cancel(tx, found.id)


def _sku_ids(tx: Tx, delivery: Announced) -> dict[str, int]:
    known = {code: int(row["id"]) for code, row in setup.skus(tx.connection, tx.client_id).items()}
    if unknown := sorted({content.sku for content in delivery.contents} - known.keys()):
        names = ", ".join(f"'{code[:80]}'" for code in unknown[:5])
        raise RefusedAsn(f"{delivery.ref}: expected SKUs of the catalogue, got {names}.")
    return known


def _slot_us(delivery: Announced, zone: tzinfo) -> tuple[int, int]:
    from_us = int(delivery.expected_local.replace(tzinfo=zone).timestamp()) * 1_000_000
    return from_us, from_us + delivery.slot_min * 60_000_000


def _door_is_free(tx: Tx, delivery: Announced, from_us: int, until_us: int) -> None:
    other = asns.at_door(tx.connection, delivery.door, from_us, until_us) if delivery.door else None
    if other is not None:
        raise OtherAsn(
            f"{delivery.ref}: door {delivery.door} is given to {other.ref} of {other.supplier} then: take another time."
        )


def _cartons_are_new(tx: Tx, delivery: Announced) -> None:
    for carton in delivery.cartons:
        known = asns.carton(tx.connection, carton.sscc)
        if known is not None and not known.received:
            raise OtherAsn(f"{delivery.ref}: SSCC {carton.sscc} is announced already, of {known.number}.")


def _order(tx: Tx, delivery: Announced, supplier_id: int, wanted: Counter[int], expected_us: int) -> tuple[int, str]:
    """(id, number) of the purchase order that it is of."""
    if not delivery.purchase_order:
        elsewhere = purchasing.on_order(tx.connection, list(wanted))
        number = purchasing.insert_order(tx, supplier_id, expected_us, list(wanted.items()), not_counted=elsewhere)
    else:
        number = delivery.purchase_order
    found = purchasing.find(tx.connection, number)
    if found is None:
        raise RefusedAsn(f"{delivery.ref}: expected the number of a purchase order, got '{number[:80]}'.")
    order_id, state = found
    if purchasing.supplier_of(tx.connection, order_id)[0] != supplier_id:
        raise RefusedAsn(f"{delivery.ref}: expected an order of {delivery.supplier}, got {number} of another supplier.")
    if state == "received":
        raise RefusedAsn(f"{delivery.ref}: {number} was received before, nothing is to come of it.")
    return order_id, number


def _differs(tx: Tx, order_id: int, wanted: Counter[int]) -> tuple[str, ...]:
    announced = asns.announced_units(tx.connection, order_id)
    lines = {line.sku_id: line for line in purchasing.lines(tx.connection, order_id)}
    codes = {int(row["id"]): code for code, row in setup.skus(tx.connection, tx.client_id).items()}
    found = []
    for sku_id, units in wanted.items():
        line = lines.get(sku_id)
        rest = max(0, line.rest - announced.get(sku_id, 0)) if line is not None else 0
        if units > rest:
            found.append(
                f"{units} x {codes[sku_id]} announced, {rest} to come" if line else f"{codes[sku_id]} not ordered"
            )
    return tuple(found)


def _write(tx: Tx, asn_id: int, carton_id: int | None, contents: Sequence[Content], sku_ids: dict[str, int]) -> None:
    for content in contents:
        asns.insert_line(
            tx,
            asn_id,
            carton_id,
            sku_id=sku_ids[content.sku],
            lot=content.lot,
            expiry=content.expiry,
            units=content.units,
        )
