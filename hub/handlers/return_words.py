"""A return and a refund as they are told to shops and to staff."""

from typing import Any

from sqlalchemy import Connection

from hub.domain.moment import rfc3339
from hub.domain.return_terms import ReturnTerms
from hub.storage import refunds, return_items, return_labels, returns
from hub.storage.refunds import RefundRow
from hub.storage.returns import ReturnRow


def told_return(connection: Connection, terms: ReturnTerms, row: ReturnRow) -> dict[str, Any]:
    """How a return stands."""
    lines = returns.lines(connection, row.id)
    label = return_labels.of_return(connection, row.id)
    return {
        "return": row.number,
        "order": row.order_ref or None,
        "stage": returns.stage(lines),
        "wanted": row.wanted,
        "note": row.note,
        "created": rfc3339(row.created_us),
        "expires": rfc3339(row.expires_us),
        "lines": [
            {
                "line": one.order_line,
                "sku": one.sku,
                "reason": one.reason,
                "words": terms.reason(one.reason).words,
                "units": one.units,
                "waiting": one.waiting,
                "received": one.received,
                "graded": one.graded,
                "expired": one.expired,
                "cancelled": one.cancelled,
            }
            for one in lines
        ],
        "label": None
        if label is None
        else {"state": label.state, "tracking": label.tracking, "service": label.service, "zpl": label.zpl},
        "exchange": None
        if row.wanted != "exchange"
        else {"order": row.exchange_ref or None, "value_minor": row.exchange_minor},
        "items": [
            {
                "item": one.id,
                "sku": one.sku,
                "units": one.units,
                "graded": one.graded,
                "picture": one.picture or None,
                "at": rfc3339(one.at_us),
            }
            for one in return_items.items_of(connection, row.id)
        ],
        "grades": [
            {
                "sku": one.sku,
                "units": one.units,
                "grade": one.grade,
                "note": one.note,
                "picture": one.picture or None,
                "at": rfc3339(one.at_us),
            }
            for one in return_items.grades_of(connection, row.id)
        ],
        "refunds": [one.public for one in refunds.of_return(connection, row.id)],
    }


def told_refund(row: RefundRow, currency: str) -> dict[str, Any]:
    """What is due, as a shop's computer reads it; ``refund`` is its idempotency key."""
    told: dict[str, Any] = {
        "refund": row.public,
        "return": row.number,
        "order": row.order_ref,
        "line": row.order_line,
        "sku": row.sku,
        "units": row.units,
        "grade": row.grade,
        "reason": row.reason,
        "percent": row.percent,
        "goods_minor": row.goods_minor,
        "shipping_minor": row.shipping_minor,
        "amount_minor": row.pay_minor,
        "currency": currency,
        "why": row.why,
        "created": rfc3339(row.created_us),
        "told": None if row.told_us is None else rfc3339(row.told_us),
        "exchange": None,
    }
    if row.wanted == "exchange":
        told["exchange"] = {
            "order": row.exchange_ref or None,
            "value_minor": row.exchange_minor,
            "credited_minor": row.credited_minor,
            # what the customer still owes for what is sent instead; less than nothing is paid out
            "difference_minor": row.exchange_minor - row.credited_minor,
        }
    return told
