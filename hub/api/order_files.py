"""A file of orders in one request: CSV (text/csv) or an order as JSON a line (application/x-ndjson)."""

import json
from dataclasses import asdict
from datetime import tzinfo
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import ValidationError

from hub.api.bodies import OrderIn
from hub.api.doing_once import DoingOnce, Key
from hub.api.shop_orders import new_order
from hub.api.shops import shop_with
from hub.api.whose import ClientKey, client_meant
from hub.domain.order_file import CAME_CHARS_MAX, FileOrder, NotAnOrderFile, parse_orders
from hub.domain.ordered_line import OrderedLine
from hub.domain.scopes import SCOPES
from hub.handlers.filed_orders import (
    REFUSED_TOLD_MAX,
    Filed,
    FiledOrder,
    FileReceipt,
    RefusedFile,
    RefusedLine,
    all_or_nothing,
    check_file,
    take_file,
)
from hub.handlers.orders import NewOrder
from hub.hub import Hub
from hub.storage.tokens import Shop
from hub.storage.transaction import Tx

CSV, JSON_LINES = "text/csv", "application/x-ndjson"
UNPROCESSABLE, UNSUPPORTED = 422, 415


async def whole_body(request: Request) -> bytes:
    """A request's body as it came."""
    return await request.body()


def add_order_files(api: APIRouter, hub: Hub, patience_s: float) -> None:
    """The call that takes a file of a shop's orders."""
    do_once = DoingOnce(hub, patience_s)
    may_write = Depends(shop_with(hub, "orders:write"))

    @api.post("/orders/import", response_model=None)
    def post_import(
        request: Request,
        body: Annotated[bytes, Depends(whole_body)],
        shop: Annotated[Shop, may_write],
        valid_only: bool = False,
        key: Key = None,
    ) -> Response:
        """Take a file of orders in: CSV (``text/csv``) or an order as JSON a line (``application/x-ndjson``).

        All of it or nothing: 422 lists each refused line with its number, field, what was expected and what came.
        ``valid_only`` leaves out the orders that have a refused line and takes the others.
        """
        filed = _read(body, request.headers.get("Content-Type", ""), hub.policy.zone)
        asked = {"valid_only": valid_only, "file": sha256(body).hexdigest()}
        return taken(hub, shop, do_once, filed, key, asked)


def add_own_import(api: APIRouter, hub: Hub, patience_s: float) -> None:
    """The same for whoever is at the hub's machine, such as ``shelflight orders import``."""
    do_once = DoingOnce(hub, patience_s)

    @api.post("/orders/import", response_model=None)
    def post_import(
        request: Request,
        body: Annotated[bytes, Depends(whole_body)],
        valid_only: bool = False,
        client: ClientKey = "",
    ) -> Response:
        """Take a file of orders in, of one client: CSV or an order as JSON a line; all of it or nothing."""
        own = Shop(token="", name="file", client_id=client_meant(hub, client), scopes=SCOPES)
        filed = _read(body, request.headers.get("Content-Type", ""), hub.policy.zone)
        return taken(hub, own, do_once, filed, None, {"valid_only": valid_only})


def taken(hub: Hub, shop: Shop, do_once: DoingOnce, filed: Filed, key: str | None, asked: dict[str, Any]) -> Response:
    """Look at a file, then take it in, and answer with what became of it."""
    valid_only = bool(asked["valid_only"])
    try:
        if not valid_only:  # what is refused anyway does not hold up the writer
            with hub.engine.begin() as connection:
                all_or_nothing(filed, check_file(connection, shop.client_id, filed))

        def take(tx: Tx) -> tuple[int, str]:
            return 200, json.dumps(_told(take_file(tx, filed, valid_only=valid_only), filed))

        return do_once(shop, "import", str(len(filed.orders)), key, asked, take)
    except RefusedFile as error:
        told = {"detail": str(error), "refused": _lines(error.refused), "refused_lines": _many(error.refused, filed)}
        return Response(json.dumps(told), UNPROCESSABLE, media_type="application/json")


def _many(refused: tuple[RefusedLine, ...], filed: Filed) -> int:
    return len(refused) + filed.more_refused


def _told(receipt: FileReceipt, filed: Filed) -> dict[str, Any]:
    told = {name: value for name, value in asdict(receipt).items() if name != "refused"}
    skipped = {"skipped": dict(filed.skipped)}
    return told | skipped | {"refused": _lines(receipt.refused), "refused_lines": _many(receipt.refused, filed)}


def _lines(refused: tuple[RefusedLine, ...]) -> list[dict[str, Any]]:
    return [asdict(line) for line in refused[:REFUSED_TOLD_MAX]]


def _read(body: bytes, content_type: str, zone: tzinfo) -> Filed:
    """What a file holds. Raises: HTTPException, it is no file of orders at all."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in (CSV, JSON_LINES):
        raise HTTPException(UNSUPPORTED, f"Expected a Content-Type of {CSV} or {JSON_LINES}, got {kind[:60]!a}.")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        came = f"byte {body[error.start]:#04x} at {error.start}"
        raise HTTPException(UNPROCESSABLE, f"Expected a file in UTF-8, got {came}.") from error
    try:
        return csv_orders(text, zone) if kind == CSV else json_line_orders(text)
    except NotAnOrderFile as error:
        raise HTTPException(UNPROCESSABLE, str(error)) from error


def csv_orders(text: str, zone: tzinfo) -> Filed:
    """The orders of a CSV file (:mod:`hub.domain.order_file`). Raises: NotAnOrderFile."""
    parsed = parse_orders(text, zone)
    spoilt = {bad.ref for bad in parsed.bad}
    return Filed(
        orders=tuple(
            FiledOrder(order=_of_file(order), lines=tuple(line.number for line in order.lines))
            for order in parsed.orders
            if order.ref not in spoilt
        ),
        refused=tuple(
            RefusedLine(line=bad.number, order=bad.ref, field=bad.field, expected=bad.expected, got=bad.came)
            for bad in parsed.bad
        ),
        more_refused=parsed.bad_lines - len(parsed.bad),
        skipped=parsed.skipped,
    )


def _of_file(order: FileOrder) -> NewOrder:
    lines = tuple(OrderedLine(sku=line.sku, units=line.units, price_minor=line.price_minor) for line in order.lines)
    return NewOrder(
        ref=order.ref, customer=order.customer, country=order.country, placed_us=order.placed_us, lines=lines
    )


def json_line_orders(text: str) -> Filed:
    """The orders of a file that has one a line, each as ``POST /v1/orders`` takes it."""
    found: list[FiledOrder] = []
    refused: list[RefusedLine] = []
    more = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            order = new_order(OrderIn.model_validate_json(line))
            found.append(FiledOrder(order=order, lines=(number,) * len(order.lines)))
        except ValidationError as error:
            faults = [_fault(number, line, fault) for fault in error.errors(include_url=False)]
            room = max(0, REFUSED_TOLD_MAX - len(refused))
            refused += faults[:room]
            more += len(faults[room:])
    spoilt = {line.order for line in refused}
    return Filed(
        orders=tuple(one for one in found if one.order.ref not in spoilt), refused=tuple(refused), more_refused=more
    )


def _fault(number: int, line: str, fault: Any) -> RefusedLine:
    came = str(fault.get("input"))[:CAME_CHARS_MAX]
    field = ".".join(str(part) for part in fault["loc"])
    return RefusedLine(line=number, order=_likely_ref(line), field=field, expected=fault["msg"], got=came)


def _likely_ref(line: str) -> str:
    """The order of a line that cannot be taken, if its number can be read."""
    try:
        ref = json.loads(line).get("ref", "")
    except (ValueError, AttributeError, RecursionError):
        return ""
    return ref if isinstance(ref, str) else ""
