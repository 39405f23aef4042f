"""The REST interface: orders in, answers out. Its reference, a page of our own, stands at ``/docs``."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, HTTPException, Path, Query, Response

from edge.contract.version import program_version
from hub.api.asns import add_asns
from hub.api.bodies import CloseIn, CountIn, ForceIn, OrderIn, Refusal
from hub.api.client_statements import add_statements
from hub.api.closing import close_exception
from hub.api.drop_ship import add_drop_ship
from hub.api.guarding import BodyLimit, OwnHost
from hub.api.locating import add_locating
from hub.api.materials import add_materials
from hub.api.metrics import add_metrics
from hub.api.order_files import add_own_import
from hub.api.picking import add_picking
from hub.api.purchasing import add_purchasing
from hub.api.receiving import add_receiving
from hub.api.refusals import PlainRoute, in_time
from hub.api.replenishment import add_replenishment
from hub.api.return_desk import add_return_desk
from hub.api.shop_orders import new_order
from hub.api.stock_files import add_stock_files
from hub.api.tokens import add_tokens
from hub.api.tracking import tracking_routes
from hub.api.v1 import shop_routes
from hub.api.webhooks import add_web_shops, webhook_routes
from hub.api.whose import ClientKey, client_meant, client_wanted, of_client
from hub.handlers.counts import NoBin, count_on_paper
from hub.handlers.forcing import force_station
from hub.handlers.orders import RefusedOrder, receive_order
from hub.hub import Hub
from hub.storage import backorders, figures
from hub.storage.verify import told, verify
from hub.storage.writer import Actor

ID_MAX = 2**63 - 1
WRITER_PATIENCE_S = 30.0
"""How long a request waits for its commit."""


def web_app() -> FastAPI:
    """The web server's application, without the framework's own reference pages: those load their scripts from
    elsewhere and stay blank where there is no internet."""
    app = FastAPI(title="Shelflight", version=program_version(), docs_url=None, redoc_url=None)
    app.add_middleware(BodyLimit)
    app.add_middleware(OwnHost)
    return app


def routes(hub: Hub, *, patience_s: float = WRITER_PATIENCE_S) -> APIRouter:
    """The interface of one hub.

    Args:
        hub: The hub.
        patience_s: How long a request waits for the writer.
    """
    refusal: dict[str, Any] = {"model": Refusal}
    api = APIRouter(prefix="/api", route_class=PlainRoute, responses={422: refusal, 503: refusal})

    @api.post("/orders", status_code=201, responses={200: {"description": "It had come before; nothing changed."}})
    def post_order(order: OrderIn, response: Response, client: ClientKey = "") -> dict[str, Any]:
        """Take an order in: 201, or 200 if the same order had come before. The numbers say how its lines stand."""
        job = of_client(client_meant(hub, client), partial(receive_order, new=new_order(order)))
        try:
            with in_time():
                receipt = hub.writer.call(Actor("shop", "order", order.ref), job, patience_s)
        except RefusedOrder as error:
            raise HTTPException(422, str(error)) from error
        if receipt.again:
            response.status_code = 200
        return {
            "order": receipt.order,
            "again": receipt.again,
            "promised": receipt.promised,
            "backordered": receipt.backordered,
            "at_supplier": receipt.at_supplier,
        }

    @api.post("/restock")
    def post_restock() -> Any:
        """Review the stock now."""
        with in_time():
            return {"purchase_orders": hub.review_stock()}

    add_own_import(api, hub, patience_s)
    add_stock_files(api, hub, patience_s)
    _add_words(api, hub, patience_s, refusal)
    add_locating(api, hub)
    add_picking(api, hub, patience_s)
    _add_answers(api, hub)
    add_purchasing(api, hub, patience_s, refusal)
    add_drop_ship(api, hub, patience_s, refusal)
    add_return_desk(api, hub, patience_s, refusal)
    add_materials(api, hub, patience_s, refusal)
    add_receiving(api, hub, patience_s, refusal)
    add_asns(api, hub, patience_s, refusal)
    add_replenishment(api, hub)
    _add_overviews(api, hub)
    add_statements(api, hub)
    add_metrics(api, hub)
    add_tokens(api, hub, patience_s)
    add_web_shops(api, hub, patience_s)
    everything = APIRouter()
    everything.include_router(api)
    everything.include_router(webhook_routes(hub, patience_s=patience_s))
    everything.include_router(tracking_routes(hub, patience_s=patience_s))
    everything.include_router(shop_routes(hub, patience_s=patience_s))
    return everything


def _add_words(api: APIRouter, hub: Hub, patience_s: float, refusal: dict[str, Any]) -> None:
    """What a person says in place of a light, a button or a scale; who it was stands in the audit."""

    @api.post("/counts", responses={404: refusal})
    def post_count(count: CountIn) -> dict[str, Any]:
        """Set the book of a bin to what was counted on paper, where no light asks for a count."""
        actor = Actor(count.actor, "count on paper", f"{count.bin}: {count.units}")
        try:
            with in_time():
                change = hub.writer.call(
                    actor, lambda tx: count_on_paper(tx, count.bin, count.units, count.actor), patience_s
                )
        except NoBin as error:
            raise HTTPException(404, str(error)) from error
        return {"bin": count.bin, "units": count.units, "change": change}

    @api.post("/stations/{station}/force", responses={404: refusal})
    def post_force(station: str, force: ForceIn) -> dict[str, Any]:
        """Take back the tasks of a station that is away; the bins of its picks are held and counted."""
        if station not in hub.site.stations:
            raise HTTPException(404, f"Expected a station of this site, got '{station}'.")
        with in_time():
            actor = Actor(force.actor, "force", station)
            forced = hub.writer.call(actor, lambda tx: force_station(tx, station), patience_s)
        return {"station": station, "tasks": forced}

    @api.post("/exceptions/{exception_id}/close", status_code=204, responses={404: refusal, 409: refusal})
    def post_close(exception_id: Annotated[int, Path(ge=1, le=ID_MAX)], close: CloseIn) -> None:
        """Close an exception that a person has looked after; who and why go into the audit."""
        close_exception(hub, exception_id, close, patience_s)


def _add_answers(api: APIRouter, hub: Hub) -> None:
    """What a shop and a buyer ask."""

    def read(query: Any, *args: Any) -> Any:
        with hub.engine.begin() as connection:
            return query(connection, *args)

    @api.get("/orders")
    def get_orders(client: ClientKey = "") -> Any:
        """Orders, of a client or of all, the newest first."""
        wanted = client_wanted(hub, client)
        with hub.engine.begin() as connection:
            return figures.orders(connection, client_id=wanted)

    @api.get("/stock/{sku:path}")
    def get_stock(sku: str, client: ClientKey = "") -> Any:
        """What is available of an SKU, and when more comes."""
        found = read(figures.stock_of, client_meant(hub, client), sku)
        if found is None:
            raise HTTPException(404, f"Expected an SKU of the catalogue, got '{sku}'.")
        return found

    @api.get("/backorders")
    def get_backorders(client: ClientKey = "") -> Any:
        """Lines that wait for stock, of a client or of all, with the date that they were given."""
        wanted = client_wanted(hub, client)
        with hub.engine.begin() as connection:
            return backorders.listed(connection, client_id=wanted)

    @api.get("/purchase-orders")
    def get_purchase_orders(client: ClientKey = "") -> Any:
        """Purchase orders, of a client or of all, with their lines."""
        return read(figures.purchase_orders, client_wanted(hub, client))


def _add_overviews(api: APIRouter, hub: Hub) -> None:
    """What a manager, an auditor and an installer ask."""

    @api.get("/site")
    def get_site() -> dict[str, Any]:
        """What the site is called, its currency, the time zone of its people, and whose goods lie there."""
        file = hub.site.file
        told = {"name": file.name, "currency": file.currency, "timezone": file.timezone}
        return told | {"clients": [{"key": client.key, "name": client.name} for client in hub.clients]}

    @api.get("/summary")
    def get_summary(since_us: Annotated[int, Query(ge=0, le=ID_MAX)] = 0) -> dict[str, Any]:
        """The figures since a time (UTC microseconds of business time); everything there ever was, if none is given."""
        with hub.engine.begin() as connection:
            return figures.order_states(connection, since_us=since_us) | {
                "now_us": hub.now_us(),
                "by_state": figures.units_by_state(connection, since_us=since_us),
                "picks": figures.picks(connection, since_us=since_us),
                "alarms": figures.alarms_by_kind(connection, since_us=since_us),
                "in_work": figures.in_work(connection),
                "times_min": figures.times(connection, since_us=since_us),
                "shipping_cost_minor": figures.shipping_cost_minor(connection, since_us=since_us),
                "latency_ms": {"event_to_commit": hub.live.latency_ms()},
                "events_per_s": hub.live.events_per_s(),
            }

    @api.get("/book")
    def get_book() -> Any:
        """What the book says lies where."""
        with hub.engine.begin() as connection:
            return {"places": figures.book(connection), "parcels": figures.parcels(connection)}

    @api.get("/exceptions")
    def get_exceptions() -> Any:
        """Every exception of the site, open or closed."""
        with hub.engine.begin() as connection:
            return figures.exception_log(connection)

    @api.get("/ledger/verify")
    def get_verify() -> dict[str, Any]:
        """Check every invariant now."""
        with hub.engine.begin() as connection:
            return told(verify(connection))

    @api.get("/devices")
    def get_devices() -> dict[str, Any]:
        """Every station as last heard."""
        return {
            name: {
                "online": station.online,
                "lit": 0 if station.reported is None else len(station.reported.lit),
                "open_tasks": 0 if station.reported is None else len(station.reported.open_tasks),
                "outbox_rows": 0 if station.reported is None else station.reported.outbox_rows,
                "version": 0 if station.reported is None else station.reported.desired_version,
            }
            for name, station in sorted(hub.live.stations.items())
        }
