"""karrio, a gateway to carriers that a site runs itself, behind our interface.

A label is a *shipment* of karrio's: made as a draft under our key (its ``reference``), then purchased. karrio has no
key of its own for a purchase, and while it asks the carrier a draft stays a draft. So when a purchase begins is written
into the draft's metadata first: if no answer comes, nobody purchases it again before :data:`SETTLE_S` have passed.

Source: karrio's openapi.yml and its server's views and serializers of shipments and trackers, version 2026.1
(LGPL-3.0; read, not copied).
"""

from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from hub.carriers.http_asking import SAID_CHARS_MAX, HttpAsking, decoded, said
from hub.carriers.interface import Address, CarrierRefused, LabelRequest, SoldLabel, TrackedEvent, Unanswered
from hub.carriers.karrio_events import Tracker, events_of

SETTLE_S = 300
"""So long after its beginning a purchase may still be under way: longer than karrio's server lets a request take."""
SHIPMENTS_MAX = 100
"""Shipments of one key in an answer; there is one, or a few drafts where answers were lost."""
ASKED = "shelflight_asked_s"
"""The draft's metadata: when its purchase began, seconds since 1970."""
CREATED, ACCEPTED = 201, 202
NOT_MODIFIED, BAD_REQUEST, NOT_FOUND, CONFLICT, FAILED_DEPENDENCY = 304, 400, 404, 409, 424
NOT_DONE = (BAD_REQUEST, CONFLICT, FAILED_DEPENDENCY)
"""karrio, or the carrier behind it, has answered that it does not do it."""


@dataclass(frozen=True, kw_only=True)
class KarrioService:
    """A service as karrio knows it."""

    code: str
    """Such as ``canadapost_priority``."""
    account: str = ""
    """The carrier connection (``carrier_id``); empty: whichever offers the service for least."""


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """What a carrier behind karrio asks for a draft."""

    id: str = ""
    carrier_id: str = ""
    service: str | None = None
    total_charge: float = 0.0


class Shipment(msgspec.Struct, frozen=True, kw_only=True):
    """What we read of a shipment."""

    id: str
    status: str
    reference: str | None = None
    created_at: str = ""
    tracking_number: str | None = None
    rates: tuple[Rate, ...] = ()
    messages: tuple[dict[str, Any], ...] = ()
    metadata: dict[str, Any] = {}


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A page of shipments."""

    results: tuple[Shipment, ...]
    next: str | None = None


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A label."""

    format: str = ""
    base64: str | None = None


class KarrioCarrier:
    """Asks one karrio server.

    Args:
        url: Of the server, without ``/v1``.
        token: Its API key.
        services: Ours by name, as karrio knows them.
        country_codes: ISO 3166-1 alpha-2 codes of countries as orders name them.
        now_s: Wall time, seconds since 1970.
        timeout_s: How long an answer may take: karrio asks the carrier meanwhile.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        services: Mapping[str, KarrioService],
        country_codes: Mapping[str, str],
        now_s: Callable[[], float],
        timeout_s: float = 30.0,
    ) -> None:
        headers = {"Authorization": f"Token {token}"} if token else {}
        self._ask = HttpAsking(f"{url.rstrip('/')}/v1", headers, timeout_s)
        self._services = dict(services)
        self._country_codes = dict(country_codes)
        self._now_s = now_s

    def close(self) -> None:
        """Let its connections go."""
        self._ask.close()

    def find(self, key: str) -> SoldLabel | None:
        """The label that was sold under a key, or None. Raises: Unanswered."""
        of_key = self._of_key(key)
        sold = _sold_of(of_key)
        if sold is not None:
            return self._label(key, sold)
        void = next((one for one in of_key if one.tracking_number), None)
        return None if void is None else SoldLabel(key=key, tracking=void.tracking_number or "", state="void")

    def buy(self, key: str, request: LabelRequest) -> SoldLabel:
        """Buy a label, or hear again which it is. Raises: Unanswered, CarrierRefused."""
        of_key = self._of_key(key)
        sold = _sold_of(of_key)
        if sold is None:
            if any(one.status == "cancelled" for one in of_key):
                raise CarrierRefused(f"Key {key} was given back.")
            self._not_under_way(of_key)
            draft = min(of_key, key=lambda one: (one.created_at, one.id), default=None)
            sold = self._purchase(key, self._draft(key, request) if draft is None else draft, request.service)
        return self._label(key, sold)

    def void(self, key: str) -> None:
        """Give a label back; a draft is cancelled, and sells nothing any more. Raises: Unanswered, CarrierRefused."""
        of_key = self._of_key(key)
        self._not_under_way(of_key)
        for one in of_key:
            if one.status == "cancelled":
                continue
            answer = self._ask("POST", f"/shipments/{one.id}/cancel")
            if answer.status_code in NOT_DONE:
                raise CarrierRefused(_why(answer))
            if answer.status_code not in (NOT_MODIFIED, NOT_FOUND) and not answer.is_success:
                raise Unanswered(said(answer))

    def track(self, tracking: str) -> Sequence[TrackedEvent]:
        """What happened to a parcel so far; nothing, as long as karrio has no tracker of it. Raises: Unanswered."""
        answer = self._ask("GET", f"/trackers/{tracking}")
        if answer.status_code == NOT_FOUND:
            return ()
        if not answer.is_success:
            raise Unanswered(said(answer))
        return events_of(decoded(answer, Tracker), tracking)

    def _of_key(self, key: str) -> list[Shipment]:
        """Every shipment under a key: karrio finds what has it as a part of its reference."""
        answer = self._ask("GET", "/shipments", query={"reference": key, "limit": str(SHIPMENTS_MAX)})
        if not answer.is_success:
            raise Unanswered(said(answer))
        page = decoded(answer, Listed)
        if page.next:
            raise Unanswered(f"Expected at most {SHIPMENTS_MAX} shipments of {key}, got more.")
        return [one for one in page.results if one.reference == key]

    def _not_under_way(self, shipments: list[Shipment]) -> None:
        """Raises: Unanswered, a purchase of one of these drafts may not have ended yet."""
        for one in shipments:
            left_s = _asked_s(one) + SETTLE_S - self._now_s()
            if one.status == "draft" and left_s > 0:
                raise Unanswered(f"Shipment {one.id} may be being purchased: asked again in {left_s:.0f} s.")

    def _draft(self, key: str, request: LabelRequest) -> Shipment:
        service = self._service(request.service)
        answer = self._ask("POST", "/shipments", body=msgspec.json.encode(self._body(key, request, service)))
        if answer.status_code in NOT_DONE:
            raise CarrierRefused(_why(answer))
        if not answer.is_success:
            raise Unanswered(said(answer))
        return decoded(answer, Shipment)

    def _purchase(self, key: str, draft: Shipment, service_name: str) -> Shipment:
        service = self._service(service_name)
        offers = [
            rate
            for rate in draft.rates
            if rate.service == service.code and service.account in ("", rate.carrier_id) and rate.id
        ]
        if not offers:
            told = "; ".join(str(message.get("message", "")) for message in draft.messages)[:SAID_CHARS_MAX]
            raise CarrierRefused(f"karrio has no rate for {service.code}. {told}".strip())
        rate = min(offers, key=lambda offer: (offer.total_charge, offer.id))
        path = f"/shipments/{draft.id}"
        marked = self._ask("PUT", path, body=msgspec.json.encode({"metadata": {ASKED: str(int(self._now_s()))}}))
        if not marked.is_success:
            raise Unanswered(said(marked))
        wanted = {"selected_rate_id": rate.id, "label_type": "ZPL", "reference": key}
        answer = self._ask("POST", f"{path}/purchase", body=msgspec.json.encode(wanted))
        if answer.status_code in (BAD_REQUEST, FAILED_DEPENDENCY):
            raise CarrierRefused(_why(answer))
        if not answer.is_success:  # 409 too: it was purchased meanwhile, the next question finds it
            raise Unanswered(said(answer))
        sold = decoded(answer, Shipment)
        if sold.reference != key or _sold_of([sold]) is None:
            raise Unanswered(
                f"Expected a purchased shipment of {key}, got {sold.id} of {sold.reference}, {sold.status}."
            )
        return sold

    def _label(self, key: str, sold: Shipment) -> SoldLabel:
        answer = self._ask("POST", f"/shipments/{sold.id}/documents/label")
        if answer.status_code == NOT_FOUND:
            return SoldLabel(key=key, tracking=sold.tracking_number or "")
        if not answer.is_success:
            raise Unanswered(said(answer))
        document = decoded(answer, Document)
        zpl = ""
        if document.format.upper() == "ZPL":
            try:
                zpl = b64decode(document.base64 or "", validate=True).decode("utf-8")
            except (BadBase64, UnicodeDecodeError) as error:
                raise Unanswered(f"Expected a ZPL label in base64, got one that is not: {error}.") from error
        return SoldLabel(key=key, tracking=sold.tracking_number or "", zpl=zpl)

    def _service(self, name: str) -> KarrioService:
        found = self._services.get(name)
        if found is None:
            raise CarrierRefused(f"Expected a service of this carrier's file, got '{name}'.")
        return found

    def _body(self, key: str, request: LabelRequest, service: KarrioService) -> dict[str, Any]:
        if request.sender is None:
            raise CarrierRefused("karrio needs a sender: give shipping.toml a [sender].")
        parcel: dict[str, Any] = {"weight": request.weight_g / 1_000, "weight_unit": "KG"}
        if all(request.sides_mm):
            length, width, height = (side / 10 for side in request.sides_mm)
            parcel |= {"length": length, "width": width, "height": height, "dimension_unit": "CM"}
        if request.sscc:
            parcel["reference_number"] = request.sscc
        return {
            "shipper": self._party(request.sender),
            "recipient": self._party(request.recipient),
            "parcels": [parcel],
            "services": [service.code],
            "carrier_ids": [service.account] if service.account else [],
            "options": {"dangerous_good": True} if request.dangerous else {},
            "label_type": "ZPL",
            "reference": key,
            "order_id": request.order[:50],
        }

    def _party(self, address: Address) -> dict[str, str]:
        code = self._country_codes.get(address.country, address.country)
        if len(code) != 2 or not code.isascii() or not code.isupper():
            raise CarrierRefused(
                f"karrio needs a country's code of two letters: give '{address.country}' one in country_codes."
            )
        said_of_it = {
            "person_name": address.name,
            "address_line1": address.street,
            "address_line2": address.more,
            "city": address.city,
            "state_code": address.region,
            "postal_code": address.postcode,
            "phone_number": address.phone,
            "email": address.email,
        }
        return {"country_code": code} | {name: value for name, value in said_of_it.items() if value}


def _sold_of(shipments: list[Shipment]) -> Shipment | None:
    """The one that was purchased and not given back."""
    return next((one for one in shipments if one.status not in ("draft", "cancelled") and one.tracking_number), None)


def _asked_s(shipment: Shipment) -> float:
    """When a draft's purchase began; 0: it did not."""
    asked = str(shipment.metadata.get(ASKED, ""))
    return float(asked) if asked.isdecimal() else 0.0


class _Fault(msgspec.Struct, frozen=True):
    message: str = ""


class _Faults(msgspec.Struct, frozen=True):
    errors: tuple[_Fault, ...] = ()
    messages: tuple[_Fault, ...] = ()


def _why(answer: httpx.Response) -> str:
    """Why karrio, or the carrier behind it, does not do it."""
    try:
        told = msgspec.json.decode(answer.content, type=_Faults)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return said(answer)
    return "; ".join(one.message for one in (*told.errors, *told.messages) if one.message)[:SAID_CHARS_MAX] or said(
        answer
    )
