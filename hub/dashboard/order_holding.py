"""The form on an order's page by which a person holds it, or lets it go."""

from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import RedirectResponse

from hub.api.app import WRITER_PATIENCE_S
from hub.api.refusals import in_time
from hub.dashboard.own_pages import is_ours
from hub.domain.terms import HOLD_REASONS
from hub.handlers.asked import TooLate
from hub.handlers.holding import Held, hold_order, let_go
from hub.hub import Hub
from hub.storage.order_terms import owner_of
from hub.storage.transaction import Tx
from hub.storage.writer import Actor

ACTOR_CHARS_MAX = 80


def add_holding(app: FastAPI, hub: Hub) -> None:
    """Add what the form is sent to; an empty reason lets the order go."""

    @app.post("/orders/{public}/hold", response_model=None, include_in_schema=False)
    def hold(
        request: Request, public: str, actor: Annotated[str, Form()] = "", reason: Annotated[str, Form()] = ""
    ) -> RedirectResponse:
        if not is_ours(request):
            raise HTTPException(403, "Expected the form of this hub's own page.")
        who = actor.strip()
        if not 1 <= len(who) <= ACTOR_CHARS_MAX or not who.isprintable():
            raise HTTPException(422, "Give your name, in one line.")
        if reason and reason not in HOLD_REASONS:
            raise HTTPException(422, f"Expected a reason out of {', '.join(HOLD_REASONS)}, got {reason[:40]!a}.")
        with hub.engine.begin() as connection:
            owner = owner_of(connection, public)
        if owner is None:
            raise HTTPException(404, f"Expected the id of an order, got {public[:40]!a}.")
        client_id, ref = owner

        def do(tx: Tx) -> Held:
            tx.client_id = client_id
            return hold_order(tx, ref, reason) if reason else let_go(tx, ref)

        try:
            with in_time():
                hub.writer.call(Actor(who, f"hold: {reason}" if reason else "let go", ref), do, WRITER_PATIENCE_S)
        except TooLate as error:
            raise HTTPException(409, str(error)) from error
        return RedirectResponse(f"/orders/{public}", 303)
