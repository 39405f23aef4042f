"""The page of the carts that are out: what is still to be picked, what went wrong, and picks that were done by paper.

One form for all of it: whoever says something gives their name once, and presses the button beside what it is about.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool

from hub.api.app import WRITER_PATIENCE_S
from hub.api.bodies import Person
from hub.api.picking import NUMBER_MAX, in_words
from hub.dashboard.own_pages import is_ours
from hub.dashboard.zones_view import zones_now
from hub.handlers.cart_changes import hand_over, put_down_cart, recall_cart, swap_cart, tote_full
from hub.handlers.consolidating import send_as_it_is
from hub.handlers.orders import UNITS_MAX
from hub.handlers.paper import key_in
from hub.handlers.pick_trouble import damaged, wrong_label
from hub.hub import Hub
from hub.storage import carts, paper
from hub.storage.transaction import Tx
from hub.storage.writer import Actor

Fields = dict[str, str]
Job = Callable[[Tx], Any]
_PERSON: TypeAdapter[str] = TypeAdapter(Person)


class WrongField(ValueError):
    """A field of the form is empty or wrong; the text says which."""


def add_picking_pages(app: FastAPI, hub: Hub, page: Callable[..., HTMLResponse]) -> None:
    """Add it to the pages of one hub."""

    def shown(request: Request, status: int = 200, **content: Any) -> HTMLResponse:
        with hub.engine.begin() as connection:
            out = paper.carts_out(connection)
            free = [cart for cart in hub.policy.carts if carts.user_of(connection, cart) is None]
            pickers = carts.pickers_without(connection)
        said: dict[str, Any] = {"actor": "", "wrong": "", "done": ""} | content
        answer = page(
            request, "picking.html", "/picking", carts=out, free=free, pickers=pickers, zones=zones_now(hub), **said
        )
        answer.status_code = status
        return answer

    @app.get("/picking", response_class=HTMLResponse, include_in_schema=False)
    def picking(request: Request, actor: str = "", done: str = "") -> HTMLResponse:
        return shown(request, actor=actor[:80], done=done[:120])

    @app.post("/picking", response_model=None, include_in_schema=False)
    async def say(request: Request) -> Response:
        if not is_ours(request):
            raise HTTPException(403, "Expected the form of this hub's own page.")
        fields = {name: str(value).strip() for name, value in (await request.form()).items()}
        return await run_in_threadpool(answer, request, fields)

    def answer(request: Request, fields: Fields) -> Response:
        actor = fields.get("actor", "")
        try:
            who = _name(actor)
            what, job = _job(hub, fields, who)
            in_words(lambda: hub.writer.call(Actor(who, what, fields["do"]), job, WRITER_PATIENCE_S))
        except WrongField as error:
            return shown(request, 422, actor=actor, wrong=str(error))
        except HTTPException as error:
            return shown(request, error.status_code, actor=actor, wrong=str(error.detail))
        return RedirectResponse("/picking?" + urlencode({"actor": who, "done": what}), 303)


def _job(hub: Hub, fields: Fields, who: str) -> tuple[str, Job]:
    """What the pressed button asks for: in words, and what to do. Raises: WrongField."""
    what, _, about = fields.get("do", "").partition(" ")
    if what == "taken":
        number, units = _number(about, "The pick's number"), _number(fields.get(f"units_{about}", ""), "Taken")
        return f"T{number} taken: {units}", lambda tx: key_in(tx, number, units, who)
    if what == "key":
        number = _number(fields.get("number", "").upper().removeprefix("T"), "The pick's number")
        units = _number(fields.get("units", ""), "Taken")
        return f"T{number} taken: {units}", lambda tx: key_in(tx, number, units, who)
    if what == "damaged":
        number, units = _number(about, "The pick's number"), _number(fields.get(f"units_{about}", ""), "Taken")
        return f"{units} damaged at T{number}", lambda tx: damaged(
            tx, paper.public_of(tx.connection, number) or "", units, who, in_tote=False
        )
    if what == "wrong-label":
        bin_name, sku = fields.get("bin", ""), fields.get("sku", "")
        out = _number(fields.get("out") or "0", "Taken out")
        return f"{sku} found in {bin_name}", lambda tx: wrong_label(tx, bin_name, sku, out, who)
    if what == "hand-over":
        badge = fields.get(f"badge_{about}", "")
        return f"{about} handed over", lambda tx: hand_over(tx, about, badge)
    if what == "put-down":
        return f"{about} put down", lambda tx: put_down_cart(tx, about)
    if what == "send":
        return f"{about} leaves as it is", lambda tx: send_as_it_is(tx, about, who)
    if what == "recall":
        return f"{about} called back", lambda tx: recall_cart(tx, about)
    if what == "swap":
        other = fields.get(f"cart_{about}", "")
        return f"{about} exchanged for {other}", lambda tx: swap_cart(tx, hub.policy, about, other)
    if what == "full":
        other = fields.get(f"tote_{about}", "")
        return f"{about} is full, {other} goes on", lambda tx: tote_full(tx, about, other)
    raise WrongField("Press the button beside what it is about.")


def _name(text: str) -> str:
    try:
        return _PERSON.validate_python(text)
    except ValidationError as error:
        raise WrongField("Give your name, in one line.") from error


def _number(text: str, field: str) -> int:
    if not text.isdecimal() or not text.isascii() or int(text) > min(UNITS_MAX, NUMBER_MAX):
        raise WrongField(f"{field}: expected a whole number up to {UNITS_MAX:,}, got '{text[:20]}'.")
    return int(text)
