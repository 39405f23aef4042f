"""What a receiver and a buyer do about deliveries: cases and claims, closing an order short."""

import csv
import io
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, HTTPException, Path, Response

from hub.api.bodies import ByPerson, Person
from hub.api.purchasing import decide_on
from hub.api.refusals import in_time
from hub.handlers import receipts
from hub.handlers.dock_settling import CLAIMED, NoSuchCase, NotSo, Outcome, letter, settle
from hub.hub import Hub
from hub.storage import dock_cases
from hub.storage.dock_cases import DockCase
from hub.storage.transaction import Tx
from hub.storage.writer import Actor

ID_MAX = 2**63 - 1
CLAIM_COLUMNS = ("supplier", "purchase_order", "case", "kind", "sku", "description", "lot", "units", "cost_minor")
T = TypeVar("T")


class SettleIn(ByPerson):
    """Who settles a case, and how."""

    outcome: Outcome


def add_receiving(api: APIRouter, hub: Hub, patience_s: float, refusal: dict[str, Any]) -> None:
    """Add the calls to the interface.

    Args:
        patience_s: How long a request waits for the writer.
        refusal: How a refusal looks.
    """
    refusals: dict[int | str, dict[str, Any]] = {404: refusal, 409: refusal}

    def cases(supplier: str = "") -> list[DockCase]:
        with hub.engine.begin() as connection:
            return [case for case in dock_cases.listed(connection, supplier=supplier) if case.state == "open"]

    @api.get("/claims")
    def get_claims(supplier: str = "") -> list[dict[str, Any]]:
        """What is wrong with deliveries and not settled, of one supplier or of all."""
        return [case_shown(case) for case in cases(supplier)]

    @api.get("/claims.csv", response_class=Response)
    def get_claims_csv(supplier: str = "") -> Response:
        """The same as a CSV file."""
        return Response(claims_csv(cases(supplier)), media_type="text/csv")

    @api.get("/claims.txt", response_class=Response)
    def get_claims_text(supplier: str) -> Response:
        """The words to a supplier."""
        found = cases(supplier)
        if not found:
            raise HTTPException(404, f"Expected a supplier with open cases, got {supplier[:80]!a}.")
        words = letter(supplier, found, site=hub.site.file.name, currency=hub.policy.currency)
        return Response(words, media_type="text/plain; charset=utf-8")

    @api.post("/dock-cases/{case_id}/settle", responses=refusals)
    def post_settle(case_id: Annotated[int, Path(ge=1, le=ID_MAX)], by: SettleIn) -> dict[str, Any]:
        """Say what became of a case; its goods move there."""
        settle_case(hub, case_id, by.outcome, by.actor, patience_s)
        return {"case": case_id, "now": by.outcome}

    @api.post("/purchase-orders/{number}/close-short", responses=refusals)
    def post_close_short(number: str, by: ByPerson) -> dict[str, str]:
        """Wait for the rest of a partly received order no longer."""
        close_short(hub, number, by.actor, patience_s)
        return {"purchase_order": number, "now": "closed"}


def settle_case(hub: Hub, case_id: int, outcome: Outcome, who: Person, patience_s: float) -> None:
    """Settle a case in somebody's name. Raises: HTTPException."""
    ask(hub, who, "settle case", f"{case_id}: {outcome}", lambda tx: settle(tx, case_id, outcome, who), patience_s)


def close_short(hub: Hub, number: str, who: str, patience_s: float) -> None:
    """Close a partly received order in somebody's name. Raises: HTTPException."""
    decide_on(hub, number, who, "close short", lambda tx: receipts.close_short(tx, number), patience_s)


def ask(hub: Hub, who: str, what: str, ref: str, work: Callable[[Tx], T], patience_s: float) -> T:
    """Do something about a delivery in somebody's name. Raises: HTTPException."""
    try:
        with in_time():
            return hub.writer.call(Actor(who, what, ref), work, patience_s)
    except NoSuchCase as error:
        raise HTTPException(404, str(error)) from error
    except NotSo as error:
        raise HTTPException(409, str(error)) from error


def case_shown(case: DockCase) -> dict[str, Any]:
    """A case as it is told."""
    claimed = case.units * case.cost_minor if case.kind in CLAIMED else 0
    return {
        "case": case.id,
        "kind": case.kind,
        "purchase_order": case.number,
        "supplier": case.supplier,
        "sku": case.sku,
        "description": case.description,
        "lot": case.lot,
        "units": case.units,
        "cost_minor": case.cost_minor,
        "claimed_minor": claimed,
        "detail": case.detail,
        "picture": case.picture,
        "state": case.state,
        "outcome": case.outcome,
        "opened_us": case.opened_us,
    }


def claims_csv(cases: list[DockCase]) -> str:
    """Cases as a CSV file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow((*CLAIM_COLUMNS, "claimed_minor"))
    for case in cases:
        row = case_shown(case)
        writer.writerow([*(row[name] for name in CLAIM_COLUMNS), row["claimed_minor"]])
    return out.getvalue()
