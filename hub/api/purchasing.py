"""What a buyer asks and decides: why something was ordered, whether it goes, what the supplier gets."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter, HTTPException, Response

from hub.api.bodies import AcknowledgeIn, ByPerson, DemandIn
from hub.api.refusals import in_time
from hub.api.whose import ClientKey, client_meant, of_client
from hub.handlers import proposals
from hub.handlers.demand_history import import_history
from hub.handlers.drop_ship_answers import WrongNotice, cancel_purchase
from hub.handlers.proposals import NoSuchProposal, NotNow
from hub.hub import Hub
from hub.storage.purchase_papers import PurchasePaper, purchase_paper
from hub.storage.transaction import Tx
from hub.storage.writer import Actor

T = TypeVar("T")


def add_purchasing(api: APIRouter, hub: Hub, patience_s: float, refusal: dict[str, Any]) -> None:
    """Add the buyer's questions and decisions to the interface.

    Args:
        patience_s: How long a request waits for the writer.
        refusal: How a refusal looks.
    """
    refusals: dict[int | str, dict[str, Any]] = {404: refusal, 409: refusal}

    def decide(number: str, who: str, what: str, work: Callable[[Tx], None]) -> dict[str, str]:
        decide_on(hub, number, who, what, work, patience_s)
        return {"purchase_order": number, "now": what}

    @api.post("/purchase-orders/{number}/approve", responses=refusals)
    def post_approve(number: str, by: ByPerson) -> dict[str, str]:
        """Let a proposed purchase order go; its date is reckoned from now."""
        return decide(number, by.actor, "approved", lambda tx: proposals.approve(tx, hub.policy, number, by.actor))

    @api.post("/purchase-orders/{number}/cancel", responses=refusals)
    def post_cancel(number: str, by: ByPerson) -> dict[str, str]:
        """Take a purchase order back; its SKUs are not proposed again for a review period."""
        return decide(number, by.actor, "cancelled", lambda tx: cancel_purchase(tx, hub.policy, number, by.actor))

    @api.post("/purchase-orders/{number}/sent", responses=refusals)
    def post_sent(number: str, by: ByPerson) -> dict[str, str]:
        """Say that a person has told the supplier."""
        return decide(number, by.actor, "sent", lambda tx: proposals.sent_by_hand(tx, number, by.actor))

    @api.post("/purchase-orders/{number}/acknowledge", responses=refusals)
    def post_acknowledge(number: str, by: AcknowledgeIn) -> dict[str, str]:
        """Say that the supplier will deliver, perhaps on another day."""
        return decide(
            number, by.actor, "acknowledged", lambda tx: proposals.acknowledge(tx, number, by.actor, by.due_us)
        )

    @api.get("/purchase-orders/{number}.pdf", responses={404: refusal}, response_class=Response)
    def get_pdf(number: str) -> Response:
        """A purchase order as its supplier reads it."""
        from hub.documents.purchase_order import order_pdf  # what writes PDF takes 14 MB: only where one is wanted

        paper = _paper(hub, number)
        sheet = order_pdf(paper, currency=hub.policy.currency, zone=hub.policy.zone)
        return Response(sheet, media_type="application/pdf")

    @api.get("/purchase-orders/{number}.csv", responses={404: refusal}, response_class=Response)
    def get_csv(number: str) -> Response:
        """A purchase order as its supplier's computer reads it."""
        from hub.documents.purchase_order import order_csv

        paper = _paper(hub, number)
        return Response(order_csv(paper, currency=hub.policy.currency, zone=hub.policy.zone), media_type="text/csv")

    @api.post("/demand-history")
    def post_demand(history: DemandIn, client: ClientKey = "") -> dict[str, Any]:
        """Take in what was asked for by day before the site's first order; a day again replaces what came before."""
        rows = [(row.sku, row.day, row.units) for row in history.rows]
        job = of_client(client_meant(hub, client), lambda tx: import_history(tx, hub.policy, rows))
        with in_time():
            actor = Actor(history.actor, "demand history", f"{len(rows)} rows")
            done = hub.writer.call(actor, job, patience_s)
        return {"taken": done.taken, "unknown_skus": list(done.unknown_skus), "too_late": done.too_late}


def decide_on(hub: Hub, number: str, who: str, what: str, work: Callable[[Tx], T], patience_s: float) -> T:
    """Do something with a purchase order in somebody's name. Raises: HTTPException."""
    try:
        with in_time():
            return hub.writer.call(Actor(who, what, number), work, patience_s)
    except NoSuchProposal as error:
        raise HTTPException(404, str(error)) from error
    except NotNow as error:
        raise HTTPException(409, str(error)) from error
    except WrongNotice as error:
        raise HTTPException(422, str(error)) from error


def _paper(hub: Hub, number: str) -> PurchasePaper:
    with hub.engine.begin() as connection:
        paper = purchase_paper(connection, number)
    if paper is None:
        raise HTTPException(404, f"Expected the number of a purchase order, got '{number}'.")
    return paper
