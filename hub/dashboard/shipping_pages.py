"""The pages of shipping: a parcel with its papers and label, the manifests, and the hand-over by scanner."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from fastapi import FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from hub.api.app import WRITER_PATIENCE_S
from hub.api.refusals import in_time
from hub.dashboard.own_pages import is_ours
from hub.dashboard.wording import moment_text, money_text, weight_text
from hub.documents.content import ParcelContent
from hub.handlers import handing_over, label_arrival
from hub.handlers.label_buying import NotNow, buy_again, void_label
from hub.handlers.label_printing import print_again
from hub.handlers.parcel_documents import content_of
from hub.hub import Hub
from hub.storage import label_purchases, mail, manifests, parcels, tracking
from hub.storage.label_purchases import Purchase
from hub.storage.manifests import ManifestRow
from hub.storage.parcels import ParcelRow
from hub.storage.transaction import Tx
from hub.storage.writer import Actor

if TYPE_CHECKING:
    from hub.documents.manifest import ManifestParcel

Page = Callable[..., HTMLResponse]
MANIFESTS_MAX = 50
PAPERS = ("label", "packing-slip", "invoice", "customs")
"""The papers of a parcel by the name of their file."""
DOING = ("print", "void", "buy")


def add_shipping(app: FastAPI, hub: Hub, page: Page) -> None:
    """Add the pages.

    Args:
        app: The web server.
        hub: Its hub.
        page: Renders a template.
    """
    _add_parcel(app, hub, page)
    _add_doing(app, hub)
    _add_manifests(app, hub, page)
    _add_hand_over(app, hub, page)


def _paper(name: str, content: ParcelContent) -> bytes:
    from hub.documents import parcel_papers as papers  # what writes PDF takes 14 MB: only where one is wanted

    made = (papers.label, papers.packing_slip, papers.invoice, papers.customs_form)
    return dict(zip(PAPERS, made, strict=True))[name](content)


def _parcel(hub: Hub, public: str) -> ParcelRow:
    with hub.engine.begin() as connection:
        row = parcels.by_public(connection, public)
    if row is None:
        raise HTTPException(404, f"Expected the id of a parcel, got {public[:60]!a}.")
    return row


def _add_parcel(app: FastAPI, hub: Hub, page: Page) -> None:
    @app.get("/parcel/{public}", response_class=HTMLResponse, include_in_schema=False)
    def parcel_page(request: Request, public: str) -> HTMLResponse:
        row = _parcel(hub, public)
        zone = hub.policy.zone
        with hub.engine.begin() as connection:
            content = content_of(connection, hub.policy, row)
            labels = [_label(hub, purchase) for purchase in label_purchases.of_parcel(connection, row.id)]
            events = tracking.events_of(connection, row.id)
            letters = mail.letters_of(connection, row.public)
            on = manifests.manifest_of(connection, row.id)
        shown = {
            "parcel": row,
            "to": content.recipient.lines,
            "weight": weight_text(row.measured_mg),
            "customs": content.needs_customs,
            "labels": labels,
            "events": [event | {"at": moment_text(event["at_us"], zone)} for event in events],
            "letters": [letter | {"at": moment_text(letter["created_us"], zone)} for letter in letters],  # type: ignore[arg-type]
            "manifest": on,
        }
        return page(request, "parcel.html", "/orders", **shown)

    @app.get("/parcel/{public}/{paper}.pdf", include_in_schema=False)
    def paper_of(public: str, paper: str) -> Response:
        row = _parcel(hub, public)
        if paper not in PAPERS:
            raise HTTPException(404, f"Expected one of {', '.join(PAPERS)}, got {paper[:40]!a}.")
        if paper in ("label", "customs") and row.tracking is None:
            raise HTTPException(409, "This parcel has no label yet: it has no number that its papers could name.")
        with hub.engine.begin() as connection:
            content = content_of(connection, hub.policy, row)
        name = f"{paper}-{row.tracking or row.id}.pdf"
        return _file(_paper(paper, content), "application/pdf", name)


def _label(hub: Hub, purchase: Purchase) -> dict[str, Any]:
    charges = msgspec.json.decode(purchase.charges, type=list[tuple[str, int]])
    currency = hub.policy.currency
    return {
        "tracking": purchase.tracking or "–",
        "carrier": dict(hub.policy.carriers).get(purchase.carrier, purchase.carrier),
        "service": purchase.service,
        "state": purchase.state,
        "price": money_text(purchase.price_minor, currency),
        "charges": [(what, money_text(minor, currency)) for what, minor in charges],
        "why": purchase.why,
        "detail": purchase.detail,
        "at": moment_text(purchase.wanted_us, hub.policy.zone),
    }


def _add_doing(app: FastAPI, hub: Hub) -> None:
    @app.post("/parcel/{public}/{what}", include_in_schema=False)
    def do(request: Request, public: str, what: str) -> RedirectResponse:
        if not is_ours(request):
            raise HTTPException(403, "Expected the form of this hub's own page.")
        if what not in DOING:
            raise HTTPException(404, f"Expected one of {', '.join(DOING)}, got {what[:40]!a}.")
        row = _parcel(hub, public)

        def job(tx: Tx) -> None:
            station = _station(tx, hub, row)
            if what == "print":
                print_again(tx, station, ("parcel", str(row.id)))
            elif what == "void":
                void_label(tx, hub.policy, row.id)
                label_arrival.taken_off(tx, row.id)
            else:
                buy_again(tx, hub.policy, row.id, station)

        try:
            with in_time():
                hub.writer.call(Actor("page", f"label {what}", row.public), job, WRITER_PATIENCE_S)
        except NotNow as error:
            raise HTTPException(409, str(error)) from error
        return RedirectResponse(f"/parcel/{public}", 303)


def _station(tx: Tx, hub: Hub, row: ParcelRow) -> str:
    """Where a parcel's label is printed: where its last one was."""
    known = label_purchases.of_parcel(tx.connection, row.id)
    if known and known[0].station:
        return known[0].station
    return next((station for station, kind in hub.policy.benches if kind == "pack"), "")


def _manifest_parcels(hub: Hub, found: ManifestRow) -> "list[ManifestParcel]":
    from hub.documents.manifest import ManifestParcel

    with hub.engine.begin() as connection:
        rows = manifests.parcels_of(connection, found.id)
    return [
        ManifestParcel(
            tracking=row.tracking,
            sscc=row.sscc,
            service=row.service,
            order=row.order_ref,
            name=row.name,
            postcode=row.postcode,
            country=row.country,
            weight_mg=row.weight_mg,
            handed=moment_text(row.handed_us, hub.policy.zone),
        )
        for row in rows
    ]


def _add_manifests(app: FastAPI, hub: Hub, page: Page) -> None:
    names = dict(hub.policy.carriers)

    def named(number: str) -> ManifestRow:
        with hub.engine.begin() as connection:
            found = manifests.named(connection, number)
        if found is None:
            raise HTTPException(404, f"Expected the number of a manifest, got {number[:40]!a}.")
        return found

    @app.get("/manifests", response_class=HTMLResponse, include_in_schema=False)
    def all_of_them(request: Request) -> HTMLResponse:
        with hub.engine.begin() as connection:
            rows = manifests.newest(connection, MANIFESTS_MAX)
            waiting = manifests.waiting(connection)
        shown = [
            {
                "row": row,
                "carrier": names.get(row.carrier, row.carrier),
                "at": moment_text(row.closed_us, hub.policy.zone),
            }
            for row in rows
        ]
        open_ones = [(key, names.get(key, key), len(waiting.get(key, ()))) for key in {**names, **waiting}]
        return page(request, "manifests.html", "/manifests", manifests=shown, waiting=open_ones)

    @app.post("/manifests/{carrier}/close", include_in_schema=False)
    def close(request: Request, carrier: str) -> RedirectResponse:
        if not is_ours(request):
            raise HTTPException(403, "Expected the form of this hub's own page.")
        try:
            with in_time():
                actor = Actor("page", "close manifest", carrier[:60])
                number = hub.writer.call(actor, lambda tx: handing_over.close_manifest(tx, carrier), WRITER_PATIENCE_S)
        except handing_over.NothingToClose as error:
            raise HTTPException(409, str(error)) from error
        return RedirectResponse(f"/manifests/{number}", 303)

    @app.get("/manifests/{number}.csv", include_in_schema=False)
    def as_csv(number: str) -> Response:
        from hub.documents.manifest import manifest_csv

        return _file(
            manifest_csv(_manifest_parcels(hub, named(number))).encode(), "text/csv; charset=utf-8", f"{number}.csv"
        )

    @app.get("/manifests/{number}.pdf", include_in_schema=False)
    def as_pdf(number: str) -> Response:
        from hub.documents.manifest import manifest_pdf

        found = named(number)
        closed = moment_text(found.closed_us, hub.policy.zone)
        carrier = names.get(found.carrier, found.carrier)
        pdf = manifest_pdf(found.number, carrier, hub.site.file.name, closed, _manifest_parcels(hub, found))
        return _file(pdf, "application/pdf", f"{number}.pdf")


def _add_hand_over(app: FastAPI, hub: Hub, page: Page) -> None:
    def shown(request: Request, number: str, said: handing_over.Scanned | None, by: str) -> HTMLResponse:
        with hub.engine.begin() as connection:
            found = manifests.named(connection, number)
            rows = [] if found is None else manifests.parcels_of(connection, found.id)
        if found is None:
            raise HTTPException(404, f"Expected the number of a manifest, got {number[:40]!a}.")
        missing = [row for row in rows if row.handed_us is None]
        carrier = dict(hub.policy.carriers).get(found.carrier, found.carrier)
        content = {"manifest": found, "carrier": carrier, "missing": missing, "said": said, "by": by}
        return page(request, "manifest.html", "/manifests", **content)

    @app.get("/manifests/{number}", response_class=HTMLResponse, include_in_schema=False)
    def hand_over(request: Request, number: str) -> HTMLResponse:
        return shown(request, number, None, "")

    @app.post("/manifests/{number}", response_class=HTMLResponse, include_in_schema=False)
    def scanned(
        request: Request,
        number: str,
        symbol: Annotated[str, Form(max_length=200)] = "",
        by: Annotated[str, Form(max_length=80)] = "",
        gone: Annotated[str, Form(max_length=8)] = "",
    ) -> HTMLResponse:
        if not is_ours(request):
            raise HTTPException(403, "Expected the form of this hub's own page.")
        with hub.engine.begin() as connection:
            found = manifests.named(connection, number)
        if found is None:
            raise HTTPException(404, f"Expected the number of a manifest, got {number[:40]!a}.")
        actor = Actor(by or "page", "hand over", number)
        said = None
        with in_time():
            if gone:
                hub.writer.call(actor, lambda tx: handing_over.driver_gone(tx, found), WRITER_PATIENCE_S)
            elif symbol.strip():
                said = hub.writer.call(
                    actor, lambda tx: handing_over.scan(tx, found, symbol.strip(), by), WRITER_PATIENCE_S
                )
        return shown(request, number, said, by)


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f'inline; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=kind, headers=headers)
