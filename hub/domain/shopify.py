"""Orders as Shopify's webhooks send them (topics ``orders/create``, ``updated``, ``paid`` and ``cancelled``).

Source: Shopify developer documentation, Admin REST API, "Order" resource (``name``, ``financial_status``,
``cancelled_at``, ``line_items[].sku``, ``current_quantity``, ``requires_shipping``, ``shipping_address``), and
"Webhooks: verify and manage deliveries" (headers, the signature over the raw body, at least one delivery).
"""

import msgspec

from hub.domain.terms import Delivery
from hub.domain.web_order import (
    BadWebOrder,
    WebLine,
    WebOrder,
    likely_number,
    note,
    order_number,
    price_minor,
    time_us,
    words,
)

TOPICS = frozenset({"orders/create", "orders/updated", "orders/paid", "orders/cancelled"})
"""What these topics send is the whole order; others send something else."""
PAID = frozenset({"paid", "partially_refunded"})
"""``financial_status`` of an order that may leave; of one that was paid a part may have been given back."""


class _Line(msgspec.Struct):
    quantity: int
    sku: str | None = None
    title: str | None = None
    price: str | float = 0.0
    current_quantity: int | None = None
    requires_shipping: bool = True


class _Address(msgspec.Struct):
    name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province: str | None = None
    zip: str | None = None
    country: str | None = None
    phone: str | None = None


class _Customer(msgspec.Struct):
    first_name: str | None = None
    last_name: str | None = None


class _Order(msgspec.Struct):
    name: str
    created_at: str
    updated_at: str
    line_items: list[_Line]
    financial_status: str | None = None
    cancelled_at: str | None = None
    email: str | None = None
    phone: str | None = None
    note: str | None = None
    customer: _Customer | None = None
    shipping_address: _Address | None = None


def read_order(body: bytes) -> WebOrder:
    """An order of a webhook's body. What needs no shipping is left out.

    Raises:
        BadWebOrder: what was expected and what came.
    """
    try:
        order = msgspec.json.decode(body, type=_Order)
    except msgspec.DecodeError as error:
        raise BadWebOrder(f"Expected an order of Shopify, got: {error}.", likely_number(body, "name")) from error
    ref = order_number(order.name)
    to = order.shipping_address or _Address()
    person = order.customer or _Customer()
    return WebOrder(
        ref=ref,
        customer=words(person.first_name, person.last_name) or words(to.name),
        country=words(to.country),
        placed_us=time_us(order.created_at, "created_at", ref),
        updated_us=time_us(order.updated_at, "updated_at", ref),
        lines=tuple(_line(line, ref) for line in order.line_items if line.requires_shipping),
        paid=order.financial_status in PAID,
        cancelled=order.cancelled_at is not None,
        delivery=Delivery(
            name=words(to.name),
            street=words(to.address1),
            more=words(to.company, to.address2),
            city=words(to.city),
            region=words(to.province),
            postcode=words(to.zip),
            phone=words(to.phone or order.phone),
            email=words(order.email),
        ),
        gift_note=note(order.note),
    )


def _line(line: _Line, ref: str) -> WebLine:
    if not line.sku:
        raise BadWebOrder(f"line_items: expected an SKU for {(line.title or '?')[:60]!a}, got none.", ref)
    units = line.quantity if line.current_quantity is None else line.current_quantity
    return WebLine(sku=line.sku, units=units, price_minor=price_minor(line.price, ref))
