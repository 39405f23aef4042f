"""Deliveries that suppliers announce: by REST or as a CSV file; each once, all of a file or none."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from pydantic import AfterValidator, Field

from hub.api.bodies import ByPerson, Code, Person, ShopBody
from hub.api.refusals import in_time
from hub.domain.announced import (
    SLOT_MIN,
    SLOT_MIN_MAX,
    UNITS_MAX,
    Announced,
    Carton,
    Content,
    NotAnnounced,
    check_deliveries,
    day_of,
    parse_announced,
    sscc_of,
)
from hub.handlers.asns import AsnTaken, OtherAsn, RefusedAsn, cancel, take_all
from hub.hub import Hub
from hub.storage.writer import Actor

GROSS_MG_MAX = 9_999_999_000
CARTONS_MAX = 500
Lot = Annotated[str, Field(max_length=80, pattern=r"^[^\p{Cc}]*$")]


class ContentIn(ShopBody):
    """Units of one SKU and lot."""

    sku: Code
    units: int = Field(strict=True, ge=1, le=UNITS_MAX)
    lot: Lot = ""
    expiry: Annotated[str, AfterValidator(day_of)] = ""


class CartonIn(ShopBody):
    """A carton or pallet."""

    sscc: Annotated[str, AfterValidator(sscc_of)]
    gross_mg: int | None = Field(strict=True, default=None, ge=1, le=GROSS_MG_MAX)
    lines: list[ContentIn] = Field(min_length=1, max_length=CARTONS_MAX)


class AsnIn(ShopBody):
    """A delivery on its way; ``expected_at`` by the site's clock, such as 2011-03-02T08:30."""

    ref: Code
    supplier: Code
    expected_at: datetime
    purchase_order: Annotated[str, Field(max_length=64)] = ""
    door: Lot = ""
    slot_min: int = Field(strict=True, default=SLOT_MIN, ge=1, le=SLOT_MIN_MAX)
    cartons: list[CartonIn] = Field(default=[], max_length=CARTONS_MAX)
    lines: list[ContentIn] = Field(default=[], max_length=CARTONS_MAX)


class CancelIn(ByPerson):
    """Who says that it does not come."""

    supplier: Code


async def _body(request: Request) -> bytes:
    return await request.body()


def add_asns(api: APIRouter, hub: Hub, patience_s: float, refusal: dict[str, Any]) -> None:
    """Add the calls to the interface."""

    def taken(who: str, deliveries: tuple[Announced, ...]) -> list[dict[str, Any]]:
        actor = Actor(who, "announce", ", ".join(d.ref for d in deliveries)[:200])
        try:
            with in_time():
                done = hub.writer.call(actor, lambda tx: take_all(tx, hub.policy, deliveries), patience_s)
        except RefusedAsn as error:
            raise HTTPException(422, str(error)) from error
        except OtherAsn as error:
            raise HTTPException(409, str(error)) from error
        return [_shown(one) for one in done]

    @api.post("/asns", status_code=201, responses={200: {"description": "It had come before."}, 409: refusal})
    def post_asn(asn: AsnIn, response: Response) -> dict[str, Any]:
        """Announce a delivery: 201, or 200 if the same had come before."""
        delivery = _announced(asn)
        try:
            check_deliveries((delivery,))
        except NotAnnounced as error:
            raise HTTPException(422, str(error)) from error
        [told] = taken("supplier", (delivery,))
        if told["again"]:
            response.status_code = 200
        return told

    @api.post("/asns/file", responses={409: refusal})
    def post_file(body: Annotated[bytes, Depends(_body)], actor: Annotated[Person, Query()]) -> list[dict[str, Any]]:
        """Announce the deliveries of a CSV file, all of them or none."""
        try:
            deliveries = parse_announced(body.decode())
        except UnicodeDecodeError as error:
            raise HTTPException(422, f"Expected a file in UTF-8, got byte {body[error.start]:#04x}.") from error
        except NotAnnounced as error:
            raise HTTPException(422, str(error)) from error
        return taken(actor, deliveries)

    @api.post("/asns/{ref}/cancel", status_code=204, responses={409: refusal})
    def post_cancel(ref: str, by: CancelIn) -> None:
        """Say that a delivery does not come as announced; its door is free again."""
        try:
            with in_time():
                hub.writer.call(Actor(by.actor, "cancel asn", ref), lambda tx: cancel(tx, by.supplier, ref), patience_s)
        except RefusedAsn as error:
            raise HTTPException(422, str(error)) from error
        except OtherAsn as error:
            raise HTTPException(409, str(error)) from error


def _announced(asn: AsnIn) -> Announced:
    if asn.expected_at.tzinfo is not None:
        raise HTTPException(422, "expected_at: expected the site's own time, without an offset.")
    return Announced(
        ref=asn.ref,
        supplier=asn.supplier,
        expected_local=asn.expected_at,
        purchase_order=asn.purchase_order,
        door=asn.door,
        slot_min=asn.slot_min,
        cartons=tuple(
            Carton(sscc=c.sscc, gross_mg=c.gross_mg, contents=tuple(_content(line) for line in c.lines))
            for c in asn.cartons
        ),
        loose=tuple(_content(line) for line in asn.lines),
    )


def _content(line: ContentIn) -> Content:
    return Content(sku=line.sku, units=line.units, lot=line.lot, expiry=line.expiry)


def _shown(one: AsnTaken) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "purchase_order": one.purchase_order,
        "again": one.again,
        "differs": list(one.differs),
    }
