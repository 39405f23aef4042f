"""Orders that web shops send by signed webhooks, and which shops may.

Source: RFC 2104 (HMAC); Shopify developer documentation, "Webhooks"; WooCommerce REST API documentation, "Webhooks":
both sign the body as it was sent by HMAC-SHA256 under a shared secret and send that in base64.
"""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac_digest
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Request, Response
from fastapi.concurrency import run_in_threadpool

from hub.api.bodies import ForceIn, Refusal, WebShopIn
from hub.api.doing_once import DoingOnce
from hub.api.refusals import PlainRoute, in_time
from hub.api.whose import client_meant, of_client
from hub.domain import shopify, woocommerce
from hub.domain.web_order import BadWebOrder, WebOrder
from hub.handlers.web_orders import refuse, take_web_order
from hub.hub import Hub
from hub.storage import web_shops
from hub.storage.tokens import Shop
from hub.storage.transaction import Tx
from hub.storage.web_shops import NoSuchWebShop, WebShop
from hub.storage.writer import Actor

UNAUTHORIZED = 401
DELIVERY_CHARS_MAX = 200


@dataclass(frozen=True, kw_only=True)
class Software:
    """How a kind of web shop sends its orders: its headers, and how its body is read."""

    kind: str
    source: str
    signature: str
    topic: str
    delivery: str
    topics: frozenset[str]
    read: Callable[[bytes], WebOrder]


SHOPIFY = Software(
    kind="shopify",
    source="X-Shopify-Shop-Domain",
    signature="X-Shopify-Hmac-Sha256",
    topic="X-Shopify-Topic",
    delivery="X-Shopify-Webhook-Id",
    topics=shopify.TOPICS,
    read=shopify.read_order,
)
WOOCOMMERCE = Software(
    kind="woocommerce",
    source="X-WC-Webhook-Source",
    signature="X-WC-Webhook-Signature",
    topic="X-WC-Webhook-Topic",
    delivery="X-WC-Webhook-Delivery-ID",
    topics=woocommerce.TOPICS,
    read=woocommerce.read_order,
)


def signature_of(secret: str, body: bytes) -> str:
    """The signature of a body: HMAC-SHA256 under the secret, in base64.

    >>> signature_of("key", b"The quick brown fox jumps over the lazy dog")
    '97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg='
    """
    return b64encode(hmac_digest(secret.encode(), body, "sha256")).decode()


def plain_source(source: str) -> str:
    """What a shop calls itself, without what does not matter.

    >>> plain_source("https://Shop.example/"), plain_source("kari.myshopify.com")
    ('shop.example', 'kari.myshopify.com')
    """
    return source.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/")


def webhook_routes(hub: Hub, *, patience_s: float) -> APIRouter:
    """The addresses that web shops send to. They have no token: each request is signed."""
    refusal: dict[str, Any] = {"model": Refusal}
    api = APIRouter(
        prefix="/v1/webhooks", route_class=PlainRoute, responses=dict.fromkeys((401, 413, 422, 503), refusal)
    )
    do_once = DoingOnce(hub, patience_s)

    async def taken(request: Request, software: Software) -> Response:
        shop, body = await _signed(hub, request, software)
        return await run_in_threadpool(_take, do_once, software, shop, body, request)

    @api.post("/shopify", response_model=None)
    async def post_shopify(request: Request) -> Response:
        """An order of Shopify, signed by ``X-Shopify-Hmac-Sha256`` under the secret of its shop.

        200 says what became of it; what could not be taken is an exception here that a person looks after.
        """
        return await taken(request, SHOPIFY)

    @api.post("/woocommerce", response_model=None)
    async def post_woocommerce(request: Request) -> Response:
        """An order of WooCommerce, signed by ``X-WC-Webhook-Signature`` under the secret of its webhook."""
        if WOOCOMMERCE.signature not in request.headers and woocommerce.PING.match(await request.body()):
            return _said({"taken": False, "detail": "A ping: the webhook reaches this hub."})
        return await taken(request, WOOCOMMERCE)

    return api


async def _signed(hub: Hub, request: Request, software: Software) -> tuple[WebShop, bytes]:
    """The shop that signed a request, and its body. Raises: HTTPException, nobody did.

    Of a shop that is not known the body is not read.
    """
    source = plain_source(request.headers.get(software.source, ""))
    given = request.headers.get(software.signature, "").encode("ascii", "replace")
    for shop in await run_in_threadpool(_shops, hub, software.kind, source) if source and given else ():
        body = await request.body()
        if compare_digest(signature_of(shop.secret, body).encode(), given):
            return shop, body
    raise HTTPException(UNAUTHORIZED, "Expected a request signed by a shop that this hub knows.")


def _shops(hub: Hub, kind: str, source: str) -> tuple[WebShop, ...]:
    with hub.engine.begin() as connection:
        return web_shops.shops_at(connection, kind, source)


def _take(do_once: DoingOnce, software: Software, shop: WebShop, body: bytes, request: Request) -> Response:
    topic = request.headers.get(software.topic, "")
    if topic not in software.topics:
        return _said({"taken": False, "detail": f"Expected a topic out of {', '.join(sorted(software.topics))}."})
    delivery = request.headers.get(software.delivery, "")[:DELIVERY_CHARS_MAX]
    key = f"{software.kind} {shop.source} {delivery}" if delivery else None

    def do(tx: Tx) -> tuple[int, str]:
        try:
            receipt = take_web_order(tx, shop, software.read(body))
        except BadWebOrder as error:
            receipt = refuse(tx, shop, error, error.ref)
        return 200, json.dumps(asdict(receipt))

    who = Shop(token=shop.public, name=shop.name, client_id=shop.client_id, scopes=frozenset())
    return do_once(who, "webhook", topic, key, sha256(body).hexdigest(), do)


def _said(told: dict[str, Any]) -> Response:
    return Response(json.dumps(told), media_type="application/json")


def add_web_shops(api: APIRouter, hub: Hub, patience_s: float) -> None:
    """The calls that make web shops known, list and revoke them: for whoever is at the hub's machine."""
    refusal: dict[str, Any] = {"model": Refusal}

    @api.post("/web-shops", status_code=201)
    def post_shop(wanted: WebShopIn) -> dict[str, Any]:
        """Believe a shop's signatures. Its secret is kept, for they are computed with it, and never told again."""
        source = plain_source(wanted.source)

        def add(tx: Tx) -> str:
            return web_shops.add(tx, name=wanted.name, kind=wanted.kind, source=source, secret=wanted.secret)

        job = of_client(client_meant(hub, wanted.client), add)
        with in_time():
            public = hub.writer.call(Actor(wanted.actor, "add web shop", wanted.name), job, patience_s)
        return {"id": public, "name": wanted.name, "kind": wanted.kind, "source": source}

    @api.get("/web-shops")
    def get_shops() -> Any:
        """Every web shop, revoked ones included; not their secrets."""
        with hub.engine.begin() as connection:
            return web_shops.listed(connection)

    @api.post("/web-shops/{shop_id}/revoke", status_code=204, responses={404: refusal})
    def post_revoke(shop_id: Annotated[str, Path(max_length=64)], who: ForceIn) -> None:
        """Believe a shop's signatures no more, from now on; its secret is forgotten."""
        try:
            with in_time():
                hub.writer.call(
                    Actor(who.actor, "revoke web shop", shop_id), lambda tx: web_shops.revoke(tx, shop_id), patience_s
                )
        except NoSuchWebShop as error:
            raise HTTPException(404, str(error)) from error
