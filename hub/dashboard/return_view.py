"""What the pages of returns show, in words."""

from typing import Any

from hub.dashboard.wording import age_text, moment_text, money_text
from hub.domain.gtin import ean13
from hub.domain.return_states import RETURN_WORDS
from hub.domain.return_terms import GRADE_WORDS
from hub.handlers.authorising import DAY_US
from hub.handlers.grading import fits
from hub.handlers.policy import Policy
from hub.handlers.returns_report import returns_report
from hub.storage import claims, orders, pictures, refunds, return_items, return_labels, returns
from hub.storage.return_items import ItemRow
from hub.storage.returns import ReturnRow

LISTED_MAX = 200
VERDICTS = {
    "expected": "as announced",
    "unannounced": "not announced",
    "over": "more than announced",
    "late": "came late",
    "wrong": "never sent to this customer",
}


def bench_of(connection: Any, policy: Policy) -> dict[str, Any]:
    """Everything that is on its way back, at the bench, or to be done after that."""
    rows = returns.newest(connection, LISTED_MAX)
    lines = returns.lines_of(connection, [row.id for row in rows])
    return {
        "rows": [
            _head(row, policy) | {"units": returns.units_by_state(lines[row.id]), "stage": returns.stage(lines[row.id])}
            for row in rows
        ],
        "refurbish": return_items.to_refurbish(connection, LISTED_MAX),
        "claims": claims.newest(connection, LISTED_MAX),
    }


def _head(row: ReturnRow, policy: Policy) -> dict[str, Any]:
    return {
        "number": row.number,
        "order": row.order_ref,
        "order_public": row.order_public,
        "customer": row.customer,
        "wanted": row.wanted,
        "origin": row.origin,
        "by": row.by,
        "note": row.note,
        "at": moment_text(row.created_us, policy.zone),
        "until": moment_text(row.expires_us, policy.zone),
        "exchange": row.exchange_ref,
        "exchange_public": row.exchange_public,
        "exchange_value": money_text(row.exchange_minor, policy.currency),
    }


def return_of(connection: Any, policy: Policy, number: str, now_us: int, scan: str) -> dict[str, Any] | None:
    """One return; ``scan``: the symbol of the item that the person at the bench holds."""
    row = returns.by_number(connection, number.strip().upper())
    if row is None:
        return None
    lines = returns.lines(connection, row.id)
    stage = returns.stage(lines)
    label = return_labels.of_return(connection, row.id)
    items = return_items.items_of(connection, row.id)
    grades = return_items.grades_of(connection, row.id)
    named = {one.picture for one in items} | {one.picture for one in grades}
    gtins = {one.sku_id: ean13(one.gtin) for one in lines}
    held = [one.id for one in items if one.left and scan.strip() in (gtins[one.sku_id], one.sku, one.symbol) and scan]
    return {
        "head": _head(row, policy),
        "stage": stage,
        "words": RETURN_WORDS[stage],
        "lines": [(one, policy.returns.reason(one.reason).words) for one in lines],
        "waiting": sum(one.waiting for one in lines),
        "label": label,
        "items": [_item(one, policy, now_us, held) for one in items],
        "unheld": bool(scan) and not held,
        "grades": grades,
        "gone": pictures.gone(connection, sorted(named - {""})),
        "grade_words": GRADE_WORDS,
        "refunds": [
            {
                "why": one.why,
                "goods": money_text(one.goods_minor, policy.currency),
                "shipping": money_text(one.shipping_minor, policy.currency),
                "pay": money_text(one.pay_minor, policy.currency),
                "state": one.state,
                "at": moment_text(one.created_us, policy.zone),
            }
            for one in refunds.of_return(connection, row.id)
        ],
    }


def _weight(one: ItemRow) -> str:
    """What the dock's scale said of it; empty: it was not weighed, or as it should."""
    if one.weight_by != "unsure":
        return ""
    should_mg = one.weighed_units * one.unit_mg
    return (
        f"the {one.weighed_units} that came weighed {one.weighed_mg / 1000:,.0f} g, they should weigh"
        f" {should_mg / 1000:,.0f} g"
    )


def _item(one: ItemRow, policy: Policy, now_us: int, held: list[int]) -> dict[str, Any]:
    reason = policy.returns.reason(one.reason)
    fit = fits(one, now_us)
    proposed = policy.returns.proposed(one.sku, reason)
    return {
        "row": one,
        "weight": _weight(one),
        "reason": reason.words,
        "verdict": VERDICTS[one.verdict],
        "proposed": "C" if proposed == "A" and not fit else proposed,
        "fit": fit,
        "held": one.id in held[:1],
        "waits": age_text(max(0, now_us - one.at_us)),
    }


def new_return_of(connection: Any, policy: Policy, client_id: int, ref: str, now_us: int) -> list[Any] | None:
    """The lines of an order with what of each may come back; None: there is no such order."""
    known = orders.order_by_ref(connection, client_id, ref)
    if known is None:
        return None
    return returns.returnable(connection, known[0], now_us - policy.returns.window_days * DAY_US)


def report_of(connection: Any, policy: Policy, since_us: int, until_us: int) -> dict[str, Any]:
    """The report, in words."""
    report = returns_report(connection, policy, since_us=since_us, until_us=until_us)
    most = max((one.units for _, one in report.reasons), default=1)
    return {
        "report": report,
        "reasons": [(words, one.units, 100 * one.units // most) for words, one in report.reasons],
        "grades": [(one.name, GRADE_WORDS[one.name], one.units) for one in report.grades],  # type: ignore[index]
        "rate": f"{100 * report.returned_units / report.shipped_units:.1f} %" if report.shipped_units else "–",
        "credited": money_text(report.credited_minor, policy.currency),
        "scrap": money_text(report.scrap_minor, policy.currency),
        "skus": [
            (
                one,
                f"{one.rate_permille / 10:.1f} %" if one.figures.shipped_lines else "–",
                money_text(one.figures.credited_minor, policy.currency),
                money_text(one.figures.scrap_minor, policy.currency),
            )
            for one in report.skus
        ],
    }
