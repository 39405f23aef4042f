"""The pages of returns: what is on its way back and what waits at the bench, one return with its items to grade, a new
one keyed in for a customer, and the report."""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import FastAPI, Form, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from hub.api.app import WRITER_PATIENCE_S
from hub.api.bodies import ByPerson
from hub.api.return_bodies import GradeIn, OfOrderIn, RefurbishedIn, ReturnLineIn, StaffReturnIn
from hub.api.return_desk import do_as, give_order, grade_item, new_return
from hub.api.returns import EVER_US
from hub.dashboard.own_pages import is_ours
from hub.dashboard.return_view import bench_of, new_return_of, report_of, return_of
from hub.domain.return_terms import Wanted
from hub.handlers.authorising import cancel_return, return_asked_about
from hub.handlers.grading import finish_refurbishing, hand_over_claim
from hub.hub import Hub
from hub.storage import returns
from hub.storage.transaction import Tx

HERE = "/returns"
Page = Callable[..., HTMLResponse]
Field = Annotated[str, Form(max_length=200)]


def add_returns_pages(app: FastAPI, hub: Hub, page: Page) -> None:
    """Add the pages.

    Args:
        app: The web server.
        hub: Its hub.
        page: Renders a template.
    """

    def bench(request: Request, status: int = 200, **content: Any) -> HTMLResponse:
        with hub.engine.begin() as connection:
            shown = bench_of(connection, hub.policy)
        answer = page(request, "returns.html", HERE, **({"wrong": "", "by": ""} | shown | content))
        answer.status_code = status
        return answer

    @app.get("/returns", response_class=HTMLResponse, include_in_schema=False)
    def all_of_them(request: Request) -> HTMLResponse:
        return bench(request)

    @app.post("/returns/scan", response_model=None, include_in_schema=False)
    def scanned(request: Request, symbol: Field = "") -> Response:
        _ours(request)
        with hub.engine.begin() as connection:
            row = returns.by_number(connection, symbol.strip().upper())
        if row is None:
            return bench(request, 404, wrong=f"'{symbol.strip()[:40]}' is the number of no return.")
        return RedirectResponse(f"/returns/{row.number}", 303)

    @app.get("/returns/report", response_class=HTMLResponse, include_in_schema=False)
    def report(request: Request, days: int = 0) -> HTMLResponse:
        since_us = hub.now_us() - days * 86_400_000_000 if 0 < days <= 3_650 else 0
        with hub.engine.begin() as connection:
            shown = report_of(connection, hub.policy, since_us, EVER_US)
        return page(request, "returns_report.html", HERE, days=days, since_us=since_us, **shown)

    _add_new(app, hub, page)
    _add_one(app, hub, page)
    _add_after(app, hub)


def _ours(request: Request) -> None:
    if not is_ours(request):
        raise HTTPException(403, "Expected the form of this hub's own page.")


def _add_new(app: FastAPI, hub: Hub, page: Page) -> None:
    def shown(request: Request, order: str, status: int = 200, **content: Any) -> HTMLResponse:
        with hub.engine.begin() as connection:
            found = new_return_of(connection, hub.policy, hub.client_id, order, hub.now_us()) if order else None
        wrong = f"There is no order '{order[:64]}'." if order and found is None else ""
        said = {"wrong": wrong, "order": order, "found": found, "actor": "", "reasons": hub.policy.returns.reasons}
        answer = page(request, "return_new.html", HERE, **(said | content))
        answer.status_code = status
        return answer

    @app.get("/returns/new", response_class=HTMLResponse, include_in_schema=False)
    def ask(request: Request, order: str = "") -> HTMLResponse:
        return shown(request, order.strip())

    @app.post("/returns/new", response_model=None, include_in_schema=False)
    async def write(request: Request) -> Response:
        _ours(request)
        form = await request.form()
        text = {name: value for name, value in form.items() if isinstance(value, str)}
        order, actor = text.get("order", "").strip(), text.get("actor", "").strip()
        try:
            body = _asked(text, order, actor)
        except (ValidationError, ValueError):
            wrong = "Give your name, and of at least one line how many units come back, as a whole number."
            return shown(request, order, 422, wrong=wrong, actor=actor)
        try:
            number = await run_in_threadpool(new_return, hub, body, WRITER_PATIENCE_S)
        except HTTPException as error:
            return shown(request, order, error.status_code, wrong=error.detail, actor=actor)
        return RedirectResponse(f"/returns/{number}", 303)


def _asked(text: dict[str, str], order: str, actor: str) -> StaffReturnIn:
    """The form as a request. Raises: ValueError, a number is none."""
    lines = [
        ReturnLineIn(line=int(name.removeprefix("units-")), units=int(value), reason=text.get(f"reason-{name[6:]}", ""))
        for name, value in text.items()
        if name.startswith("units-") and value.strip() not in ("", "0")
    ]
    wanted: Wanted = "exchange" if text.get("wanted") == "exchange" else "refund"
    if not actor:
        raise ValueError(actor)
    return StaffReturnIn(order=order, actor=actor, lines=lines, wanted=wanted, note=text.get("note", "").strip())


def _add_one(app: FastAPI, hub: Hub, page: Page) -> None:
    def shown(request: Request, number: str, status: int = 200, **content: Any) -> HTMLResponse:
        with hub.engine.begin() as connection:
            found = return_of(connection, hub.policy, number, hub.now_us(), content.get("scan", ""))
        if found is None:
            raise HTTPException(404, f"Expected the number of a return, got {number[:40]!a}.")
        answer = page(request, "return.html", HERE, **({"wrong": "", "by": "", "scan": ""} | found | content))
        answer.status_code = status
        return answer

    def tried(request: Request, number: str, by: str, deed: Callable[[], object]) -> Response:
        try:
            deed()
        except ValidationError:
            return shown(request, number, 422, wrong="Give your name, and units as a whole number.", by=by)
        except HTTPException as error:
            return shown(request, number, error.status_code, wrong=error.detail, by=by)
        return RedirectResponse(f"/returns/{number}?by={quote(by)}", 303)

    @app.get("/returns/{number}", response_class=HTMLResponse, include_in_schema=False)
    def one(request: Request, number: str, by: str = "", scan: str = "") -> HTMLResponse:
        return shown(request, number, by=by[:80], scan=scan[:200])

    @app.post("/returns/{number}/grade", response_model=None, include_in_schema=False)
    def graded(
        request: Request,
        number: str,
        item: Annotated[int, Form()],
        units: Field = "",
        grade: Field = "",
        by: Field = "",
        note: Field = "",
    ) -> Response:
        _ours(request)

        def deed() -> object:
            asked: dict[str, Any] = {"actor": by, "item": item, "units": _whole(units), "grade": grade, "note": note}
            return grade_item(hub, GradeIn(**asked), WRITER_PATIENCE_S)

        return tried(request, number, by, deed)

    @app.post("/returns/{number}/cancel", response_model=None, include_in_schema=False)
    def cancelled(request: Request, number: str, by: Field = "") -> Response:
        _ours(request)

        def work(tx: Tx) -> int:
            return cancel_return(tx, hub.policy, return_asked_about(tx, number))

        def deed() -> object:
            who = ByPerson(actor=by).actor
            return do_as(hub, who, "cancel return", number, work, WRITER_PATIENCE_S)

        return tried(request, number, by, deed)

    @app.post("/returns/{number}/order", response_model=None, include_in_schema=False)
    def found_out(request: Request, number: str, order: Field = "", by: Field = "") -> Response:
        _ours(request)
        return tried(
            request,
            number,
            by,
            lambda: give_order(hub, number, OfOrderIn(actor=by, order=order.strip()), WRITER_PATIENCE_S),
        )


def _add_after(app: FastAPI, hub: Hub) -> None:
    """What happens after grading: goods that were refurbished, and goods that suppliers have back."""

    @app.post("/returns/refurbished/{public}", include_in_schema=False)
    def refurbished(
        request: Request, public: str, units: Field = "", grade: Field = "", by: Field = ""
    ) -> RedirectResponse:
        _ours(request)
        try:
            asked: dict[str, Any] = {"actor": by, "units": _whole(units), "grade": grade}
            done = RefurbishedIn(**asked)
        except ValidationError as error:
            raise HTTPException(422, "Expected your name, units as a whole number, and A or C.") from error

        def work(tx: Tx) -> None:
            finish_refurbishing(tx, public, done.units, done.grade, done.actor)

        do_as(hub, done.actor, "refurbished", public, work, WRITER_PATIENCE_S)
        return RedirectResponse("/returns#refurbish", 303)

    @app.post("/returns/claims/{number}", include_in_schema=False)
    def handed(request: Request, number: str, by: Field = "") -> RedirectResponse:
        _ours(request)
        try:
            who = ByPerson(actor=by).actor
        except ValidationError as error:
            raise HTTPException(422, "Expected your name, in one line.") from error
        do_as(hub, who, "hand over claim", number, lambda tx: hand_over_claim(tx, number, who), WRITER_PATIENCE_S)
        return RedirectResponse("/returns#claims", 303)


def _whole(text: str) -> int:
    """A number of units; 0, which nothing takes, for what is none."""
    return int(text) if text.strip().isdecimal() and len(text) <= 9 else 0
