"""Returns as staff keys them in: written down for a customer, graded, refurbished, handed to suppliers, reported."""

import csv
import io
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Response

from hub.api.bodies import ByPerson
from hub.api.refusals import in_time
from hub.api.return_bodies import GradeIn, OfOrderIn, RefurbishedIn, StaffReturnIn
from hub.api.returns import EVER_US, LISTED_MAX, asked_return, told_report
from hub.handlers.asked import NoSuchOrder, TooLate
from hub.handlers.authorising import authorise, cancel_return, return_asked_about
from hub.handlers.grading import Verdict, finish_refurbishing, grade, hand_over_claim
from hub.handlers.orders import RefusedOrder
from hub.handlers.return_arrival import with_order
from hub.handlers.return_documents import claim_of, slip_of
from hub.handlers.return_words import told_return
from hub.hub import Hub
from hub.storage import claims, returns
from hub.storage.orders import order_by_ref
from hub.storage.transaction import Tx
from hub.storage.writer import Actor

REPORT_COLUMNS = (
    "sku", "description", "supplier", "shipped_lines", "shipped_units", "returned_lines", "returned_units",
    "rate_permille", "scrapped_units", "credited_minor", "scrap_minor", "marked",
)  # fmt: skip


def do_as(hub: Hub, who: str, what: str, ref: str, work: Callable[[Tx], Any], patience_s: float) -> Any:
    """Do something with a return in somebody's name. Raises: HTTPException."""
    try:
        with in_time():
            return hub.writer.call(Actor(who, what, ref), work, patience_s)
    except NoSuchOrder as error:
        raise HTTPException(404, str(error)) from error
    except TooLate as error:
        raise HTTPException(409, str(error)) from error
    except RefusedOrder as error:
        raise HTTPException(422, str(error)) from error


def new_return(hub: Hub, body: StaffReturnIn, patience_s: float) -> str:
    """Write a return down for a customer; its number. Raises: HTTPException."""
    made = do_as(
        hub,
        body.actor,
        "return",
        body.order,
        lambda tx: authorise(tx, hub.policy, body.order, asked_return(body), by=body.actor, origin="staff"),
        patience_s,
    )
    return str(made.number)


def add_return_desk(api: APIRouter, hub: Hub, patience_s: float, refusal: dict[str, Any]) -> None:
    """Add staff's calls to the interface.

    Args:
        patience_s: How long a request waits for the writer.
        refusal: How a refusal looks.
    """
    refusals: dict[int | str, dict[str, Any]] = {404: refusal, 409: refusal}

    @api.post("/returns", status_code=201, responses=refusals)
    def post_return(body: StaffReturnIn) -> Any:
        """Write a return down that a customer asked for by telephone."""
        number = new_return(hub, body, patience_s)
        return _told(hub, number)

    @api.get("/returns")
    def get_returns(limit: Annotated[int, Query(ge=1, le=LISTED_MAX)] = LISTED_MAX) -> Any:
        """The newest returns first."""
        with hub.engine.begin() as connection:
            rows = returns.newest(connection, limit)
            return {"returns": [told_return(connection, hub.policy.returns, row) for row in rows]}

    @api.get("/returns/report")
    def get_report(since_us: int = 0, until_us: int = EVER_US) -> Any:
        """What came back, by SKU, reason and grade."""
        with hub.engine.begin() as connection:
            return told_report(hub, connection, since_us, until_us, 0)

    @api.get("/returns/report.csv", response_class=Response)
    def get_report_csv(since_us: int = 0, until_us: int = EVER_US) -> Response:
        """The report by SKU as a table; money in minor units."""
        with hub.engine.begin() as connection:
            report = told_report(hub, connection, since_us, until_us, 0)
        return Response(report_csv(report["skus"]), media_type="text/csv; charset=utf-8")

    @api.get("/returns/{number}.pdf", responses={404: refusal}, response_class=Response)
    def get_slip(number: str) -> Response:
        """The slip of a return, with its number as a barcode."""
        return Response(slip_pdf(hub, number), media_type="application/pdf")

    @api.get("/returns/{number}", responses={404: refusal})
    def get_return(number: str) -> Any:
        """How a return stands."""
        return _told(hub, number)

    _add_doing(api, hub, patience_s, refusals)
    _add_claims(api, hub, patience_s, refusals)


def _add_doing(api: APIRouter, hub: Hub, patience_s: float, refusals: dict[int | str, dict[str, Any]]) -> None:
    @api.post("/returns/{number}/cancel", responses=refusals)
    def post_cancel(number: str, by: ByPerson) -> dict[str, Any]:
        """Wait for a return no more."""

        def work(tx: Tx) -> int:
            return cancel_return(tx, hub.policy, return_asked_about(tx, number))

        return {"return": number, "cancelled": do_as(hub, by.actor, "cancel return", number, work, patience_s)}

    @api.post("/returns/{number}/order", responses=refusals)
    def post_order(number: str, of: OfOrderIn) -> Any:
        """Say whose goods these are, of a return of which nobody knew."""
        give_order(hub, number, of, patience_s)
        return _told(hub, number)

    @api.post("/returns/grades", status_code=201, responses=refusals)
    def post_grade(said: GradeIn) -> dict[str, str]:
        """Say what becomes of units that came back; what is due is written down with it."""
        return {"grade": grade_item(hub, said, patience_s)}

    @api.post("/returns/grades/{public}/refurbished", responses=refusals)
    def post_refurbished(public: str, done: RefurbishedIn) -> dict[str, Any]:
        """Say what became of units that were refurbished."""

        def work(tx: Tx) -> None:
            finish_refurbishing(tx, public, done.units, done.grade, done.actor)

        do_as(hub, done.actor, "refurbished", public, work, patience_s)
        return {"grade": public, "units": done.units, "now": done.grade}


def grade_item(hub: Hub, said: GradeIn, patience_s: float) -> str:
    """Grade units of an item; the public id of what was said. Raises: HTTPException."""
    verdict = Verdict(units=said.units, grade=said.grade, by=said.actor, note=said.note, picture=said.picture)
    done = do_as(
        hub, said.actor, "grade", str(said.item), lambda tx: grade(tx, hub.policy, said.item, verdict), patience_s
    )
    return str(done)


def give_order(hub: Hub, number: str, of: OfOrderIn, patience_s: float) -> None:
    """Say whose goods a return is. Raises: HTTPException."""

    def work(tx: Tx) -> None:
        row = return_asked_about(tx, number)
        found = order_by_ref(tx.connection, row.client_id, of.order)
        if found is None:
            raise NoSuchOrder(f"Expected the number of an order, got '{of.order}'.")
        with_order(tx, row, found[0])

    do_as(hub, of.actor, "order of return", number, work, patience_s)


def _add_claims(api: APIRouter, hub: Hub, patience_s: float, refusals: dict[int | str, dict[str, Any]]) -> None:
    @api.get("/supplier-claims")
    def get_claims() -> Any:
        """What goes back to suppliers; what is not handed over yet first."""
        with hub.engine.begin() as connection:
            rows = claims.newest(connection, LISTED_MAX)
        return {
            "claims": [
                {"claim": row.number, "supplier": row.supplier, "state": row.state, "units": row.units} for row in rows
            ]
        }

    @api.get("/supplier-claims/{number}.pdf", responses=refusals, response_class=Response)
    def get_pdf(number: str) -> Response:
        """A claim as the supplier's people read it."""
        from hub.documents.supplier_claim import claim_pdf

        with hub.engine.begin() as connection:
            content = claim_of(connection, hub.policy, _claim(connection, number))
        return Response(claim_pdf(content), media_type="application/pdf")

    @api.get("/supplier-claims/{number}.csv", responses=refusals, response_class=Response)
    def get_csv(number: str) -> Response:
        """A claim as the supplier's computer reads it."""
        from hub.documents.supplier_claim import claim_csv

        with hub.engine.begin() as connection:
            content = claim_of(connection, hub.policy, _claim(connection, number))
        return Response(claim_csv(content), media_type="text/csv; charset=utf-8")

    @api.post("/supplier-claims/{number}/handed-over", responses=refusals)
    def post_handed(number: str, by: ByPerson) -> dict[str, Any]:
        """Say that the supplier has its goods: they leave the stock."""
        units = do_as(
            hub, by.actor, "hand over claim", number, lambda tx: hand_over_claim(tx, number, by.actor), patience_s
        )
        return {"claim": number, "units": units}


def _claim(connection: Any, number: str) -> claims.ClaimRow:
    found = claims.claim(connection, number)
    if found is None:
        raise HTTPException(404, f"Expected the number of a claim, got '{number[:40]}'.")
    return found


def _told(hub: Hub, number: str) -> dict[str, Any]:
    with hub.engine.begin() as connection:
        row = returns.by_number(connection, number.strip().upper())
        if row is None:
            raise HTTPException(404, f"Expected the number of a return, got '{number[:40]}'.")
        return told_return(connection, hub.policy.returns, row)


def slip_pdf(hub: Hub, number: str, client_id: int | None = None) -> bytes:
    """The slip of a return (of one client, if named). Raises: HTTPException, there is none."""
    from hub.documents.return_slip import return_slip

    with hub.engine.begin() as connection:
        row = returns.by_number(connection, number.strip().upper())
        if row is None or client_id not in (None, row.client_id):
            raise HTTPException(404, f"Expected the number of a return, got '{number[:40]}'.")
        slip = slip_of(connection, hub.policy, row)
    return return_slip(slip)


def report_csv(skus: list[dict[str, Any]]) -> str:
    """The report by SKU as a CSV file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(REPORT_COLUMNS)
    for one in skus:
        writer.writerow([_cell(one[name]) for name in REPORT_COLUMNS])
    return text.getvalue()


def _cell(value: Any) -> Any:
    """Source: OWASP, "CSV Injection": what a spreadsheet would take for a formula is marked as text."""
    if isinstance(value, bool):
        return int(value)
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
