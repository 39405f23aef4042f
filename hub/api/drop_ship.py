"""What suppliers answer of goods that they send to customers of ours, keyed in or sent by their software."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, HTTPException

from hub.api.bodies import CancellationIn, DeclineIn, DispatchIn, SupplierUnitsIn
from hub.api.purchasing import decide_on
from hub.domain.moment import rfc3339
from hub.handlers import drop_ship_answers
from hub.handlers.drop_ship import tell
from hub.handlers.policy import Policy
from hub.hub import Hub
from hub.storage.transaction import Tx


def told_sent(tx: Tx, policy: Policy, ref: str) -> list[dict[str, Any]]:
    """What suppliers send of an order, with the dates at which they do, as a shop is told of what waits."""
    return [
        {
            "line": told["line"],
            "sku": told["sku"],
            "backordered": 0,
            "at_supplier": told["at_supplier"],
            "expected": rfc3339(told["expected_us"]),
            "source": "drop_ship",
        }
        for told in tell(tx, policy, ref)
    ]


def add_drop_ship(api: APIRouter, hub: Hub, patience_s: float, refusal: dict[str, Any]) -> None:
    """Add the suppliers' answers to the interface.

    Args:
        patience_s: How long a request waits for the writer.
        refusal: How a refusal looks.
    """
    refusals: dict[int | str, dict[str, Any]] = {404: refusal, 409: refusal}

    @api.post("/purchase-orders/{number}/dispatch", responses=refusals)
    def post_dispatch(number: str, told: DispatchIn) -> dict[str, Any]:
        """Say that a supplier has sent a parcel to the customer, who is told. The same parcel, by its carrier and
        tracking number, again changes nothing; 422 names what is not on the purchase order, or too much."""
        units = units_of(told.lines)
        done = decide_on(
            hub,
            number,
            told.actor,
            "dispatched",
            lambda tx: drop_ship_answers.dispatch(
                tx, hub.policy, number, units, carrier=told.carrier, tracking=told.tracking, who=told.actor
            ),
            patience_s,
        )
        return {"purchase_order": number, **asdict(done)}

    @api.post("/purchase-orders/{number}/decline", responses=refusals)
    def post_decline(number: str, told: DeclineIn) -> dict[str, Any]:
        """Say what a supplier does not send: stock is promised for it or it waits, and the customer is told."""
        units = None if told.lines is None else units_of(told.lines)
        done = decide_on(
            hub,
            number,
            told.actor,
            "declined",
            lambda tx: drop_ship_answers.decline(tx, hub.policy, number, units, who=told.actor, why=told.reason),
            patience_s,
        )
        return {"purchase_order": number, **asdict(done)}

    @api.post("/purchase-orders/{number}/cancellation", responses=refusals)
    def post_cancellation(number: str, told: CancellationIn) -> dict[str, Any]:
        """Say what a supplier answers to what it was asked not to send."""
        what = "cancellation confirmed" if told.confirmed else "was on its way"
        done = decide_on(
            hub,
            number,
            told.actor,
            what,
            lambda tx: drop_ship_answers.answer_cancellation(tx, number, confirmed=told.confirmed, who=told.actor),
            patience_s,
        )
        return {"purchase_order": number, "cancelled": done}


def units_of(lines: list[SupplierUnitsIn]) -> dict[str, int]:
    """Units by SKU. Raises: HTTPException, an SKU is named twice."""
    units = {line.sku: line.units for line in lines}
    if len(units) != len(lines):
        raise HTTPException(422, f"lines: expected each SKU once, got {', '.join(line.sku for line in lines)}.")
    return units
