"""Orders as WooCommerce's webhooks send them (topics ``order.created``, ``order.updated`` and ``order.restored``).

Source: WooCommerce REST API documentation, v3, "Orders" (properties and statuses) and "Webhooks" (headers, the
signature over the payload, the ping when a webhook is made).
"""

import re

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

TOPICS = frozenset({"order.created", "order.updated", "order.restored"})
PAID = frozenset({"processing", "completed"})
"""``pending``, ``on-hold`` and ``failed`` are not paid."""
CANCELLED = frozenset({"cancelled", "refunded", "trash"})
PING = re.compile(rb"webhook_id=[0-9]{1,20}\Z")
"""What is sent, unsigned, when somebody makes the webhook."""


class _Line(msgspec.Struct):
    quantity: int
    sku: str | None = None
    name: str | None = None
    price: str | float = 0.0


class _Address(msgspec.Struct):
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    address_1: str = ""
    address_2: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""


class _Order(msgspec.Struct):
    number: str
    status: str
    date_created_gmt: str
    date_modified_gmt: str
    line_items: list[_Line]
    customer_note: str = ""
    billing: _Address = msgspec.field(default_factory=_Address)
    shipping: _Address = msgspec.field(default_factory=_Address)


def read_order(body: bytes) -> WebOrder:
    """An order of a webhook's body. It goes to the billing address if it names no other.

    Raises:
        BadWebOrder: what was expected and what came.
    """
    try:
        order = msgspec.json.decode(body, type=_Order)
    except msgspec.DecodeError as error:
        raise BadWebOrder(f"Expected an order of WooCommerce, got: {error}.", likely_number(body, "number")) from error
    ref = order_number(order.number)
    to = order.shipping if order.shipping.address_1 else order.billing
    return WebOrder(
        ref=ref,
        customer=words(order.billing.first_name, order.billing.last_name),
        country=words(to.country),
        placed_us=time_us(order.date_created_gmt, "date_created_gmt", ref),
        updated_us=time_us(order.date_modified_gmt, "date_modified_gmt", ref),
        lines=tuple(_line(line, ref) for line in order.line_items),
        paid=order.status in PAID,
        cancelled=order.status in CANCELLED,
        delivery=Delivery(
            name=words(to.first_name, to.last_name),
            street=words(to.address_1),
            more=words(to.company, to.address_2),
            city=words(to.city),
            region=words(to.state),
            postcode=words(to.postcode),
            phone=words(to.phone or order.billing.phone),
            email=words(order.billing.email),
        ),
        gift_note=note(order.customer_note),
    )


def _line(line: _Line, ref: str) -> WebLine:
    if not line.sku:
        raise BadWebOrder(f"line_items: expected an SKU for {(line.name or '?')[:60]!a}, got none.", ref)
    return WebLine(sku=line.sku, units=line.quantity, price_minor=price_minor(line.price, ref))
