"""What a carrier that is asked can do. Whoever can do this can stand behind a label: the protocol of
:mod:`hub.carriers.http_carrier`, or an adapter to somebody's gateway.

A question is asked again until it is answered, under the same key: a carrier sells at most one label for a key.
"""

from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec

from hub.domain.parties import Party

Status = Literal["collected", "in_transit", "out_for_delivery", "delivered", "failed", "returned"]


class Unanswered(Exception):
    """Nobody knows whether it was done: no answer, or one that says nothing. It is asked again."""


class CarrierRefused(Exception):
    """The carrier has answered, and does not do it: why."""


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Who sends or receives. ``country`` as orders name it."""

    name: str
    street: str = ""
    more: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""


def address_of(party: Party) -> Address:
    """A party as carriers are told of it."""
    return msgspec.convert({name: getattr(party, name) for name in Address.__struct_fields__}, Address)


class LabelRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be sent."""

    service: str
    order: str
    sender: Address | None
    recipient: Address
    weight_g: int
    """Rounded up."""
    sides_mm: tuple[int, int, int]
    sscc: str = ""
    dangerous: bool = False


class SoldLabel(msgspec.Struct, frozen=True, kw_only=True):
    """A label that was sold. ``zpl`` empty: ours is printed with its tracking number. A key that was voided before
    anything was sold has no tracking number."""

    key: str
    tracking: str = ""
    zpl: str = ""
    state: Literal["sold", "void"] = "sold"


class TrackedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a parcel. ``event`` is the carrier's own id of it, ``at`` as RFC 3339 has it."""

    event: str
    tracking: str
    status: Status
    at: str
    place: str = ""
    detail: str = ""


class AskedCarrier(Protocol):
    """A carrier that is asked for labels. Each call raises Unanswered if nobody knows what became of it."""

    def find(self, key: str) -> SoldLabel | None:
        """The label that was sold under a key, or None."""

    def buy(self, key: str, request: LabelRequest) -> SoldLabel:
        """Buy a label, or hear again which it is. Raises: CarrierRefused, no label was sold under the key, nor will."""

    def void(self, key: str) -> None:
        """Give a label back; one that was not sold yet is not sold any more. Raises: CarrierRefused."""

    def track(self, tracking: str) -> Sequence[TrackedEvent]:
        """What happened to a parcel so far."""
