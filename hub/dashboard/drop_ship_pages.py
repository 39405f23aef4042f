"""The forms by which a person keys in what a supplier says of goods that it sends to a customer of ours."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from hub.api.app import WRITER_PATIENCE_S
from hub.api.bodies import CancellationIn, DeclineIn, DispatchIn
from hub.api.drop_ship import units_of
from hub.api.purchasing import decide_on
from hub.dashboard.own_pages import is_ours
from hub.dashboard.wording import moment_text
from hub.handlers import drop_ship_answers
from hub.handlers.policy import Policy
from hub.hub import Hub
from hub.storage import drop_ship_parcels, drop_ships
from hub.storage.transaction import Tx

TELLING = ("approved", "sent", "acknowledged", "partly received")
"""Stages at which a supplier may say that it has sent something, or does not."""
WORDS = {"partly received": "partly sent"}
"""Stages of goods that do not come to us, as people say them."""


def drop_ship_row(connection: Any, policy: Policy, number: str) -> dict[str, Any] | None:
    """What the page shows beside a purchase order that goes to a customer; None: it comes to us."""
    shipment = drop_ships.find(connection, number)
    if shipment is None:
        return None
    lines = drop_ships.lines_of(connection, shipment.purchase_order_id)
    parcels = drop_ship_parcels.of_order(connection, shipment.order_id)
    return {
        "ref": shipment.ref,
        "public": shipment.public,
        "hold": shipment.hold,
        "stage": WORDS.get(shipment.stage, shipment.stage),
        "lines": lines,
        "waiting": [line for line in lines if line.waiting] if shipment.stage in TELLING else [],
        "asked": sum(line.asked_back for line in lines),
        "parcels": [
            parcel | {"at": moment_text(parcel["shipped_us"], policy.zone)}
            for parcel in parcels
            if parcel["purchase_order"] == number
        ],
    }


def add_drop_ship_forms(app: FastAPI, hub: Hub, listed: Callable[..., HTMLResponse]) -> None:
    """Add what the forms are sent to.

    Args:
        app: The web server.
        hub: Its hub.
        listed: Renders the page, with a word on what was wrong.
    """

    @app.post("/restock/{number}/supplier", response_model=None, include_in_schema=False)
    def answer(
        request: Request,
        number: str,
        what: Annotated[str, Form()] = "",
        actor: Annotated[str, Form()] = "",
        carrier: Annotated[str, Form()] = "",
        tracking: Annotated[str, Form()] = "",
        reason: Annotated[str, Form()] = "",
        sku: Annotated[Sequence[str], Form()] = (),
        units: Annotated[Sequence[str], Form()] = (),
    ) -> Response:
        if not is_ours(request):
            raise HTTPException(403, "Expected the form of this hub's own page.")
        try:
            lines = [
                {"sku": code, "units": int(count)}
                for code, count in zip(sku, units, strict=True)
                if count.strip() not in ("", "0")
            ]
        except ValueError:
            return listed(request, 422, wrong=f"{number}: give units as whole numbers.", actor=actor)
        said = {"actor": actor, "carrier": carrier, "tracking": tracking, "reason": reason, "lines": lines}
        try:
            who, deed = _deed(hub, what, number, said)
            decide_on(hub, number, who, what, deed, WRITER_PATIENCE_S)
        except ValidationError as error:
            missing = ", ".join(dict.fromkeys(str(fault["loc"][0]) for fault in error.errors() if fault["loc"]))
            return listed(request, 422, wrong=f"{number}: give {missing or 'all of it'}.", actor=actor)
        except HTTPException as error:
            return listed(request, error.status_code, wrong=error.detail, actor=actor)
        return RedirectResponse(f"/restock#{number}", 303)


def _deed(hub: Hub, what: str, number: str, said: dict[str, Any]) -> tuple[str, Callable[[Tx], object]]:
    """Who says it, and what is done. Raises: ValidationError, HTTPException."""
    if what == "dispatched":
        told = DispatchIn.model_validate({name: said[name] for name in ("actor", "carrier", "tracking", "lines")})
        units = units_of(told.lines)
        return told.actor, lambda tx: drop_ship_answers.dispatch(
            tx, hub.policy, number, units, carrier=told.carrier, tracking=told.tracking, who=told.actor
        )
    if what == "declined":
        declined = DeclineIn.model_validate({name: said[name] for name in ("actor", "reason", "lines")})
        lost = units_of(declined.lines or [])
        return declined.actor, lambda tx: drop_ship_answers.decline(
            tx, hub.policy, number, lost, who=declined.actor, why=declined.reason
        )
    if what in ("kept", "on its way"):
        answered = CancellationIn(actor=said["actor"], confirmed=what == "kept")
        return answered.actor, lambda tx: drop_ship_answers.answer_cancellation(
            tx, number, confirmed=answered.confirmed, who=answered.actor
        )
    raise HTTPException(422, f"what: expected dispatched, declined, kept or on its way, got {what[:40]!a}.")
