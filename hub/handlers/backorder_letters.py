"""What customers hear of what they wait for: one letter an order for all that is news of it."""

from typing import Any

from hub.domain.business_day import day_of
from hub.handlers.backorder_dates import reckon
from hub.handlers.customer_letters import day_words, sender_words
from hub.handlers.policy import Policy
from hub.notices.letters import write_letter
from hub.storage import backorders
from hub.storage.backorders import News
from hub.storage.recipients import recipient_of
from hub.storage.transaction import Tx

ORDERS_A_TIME, SKUS_A_TIME = 50, 200
"""What one transaction of the writer does at most; the rest is the next one's."""
LINES_MAX = 1_000
WILL_NOT_COME = ("cancelled", "unknown")


def tell_customers(tx: Tx, policy: Policy) -> int:
    """Give what waits without a date one, and write to those who have news; how many orders there were news of.

    Where nobody can be written to, the news is marked as told to nobody: mail that is switched on later tells no old
    news.
    """
    undated = backorders.lines_without_date(tx.connection, SKUS_A_TIME)
    if undated:
        reckon(tx, policy, sorted(undated))
    order_ids = backorders.orders_untold(tx.connection, ORDERS_A_TIME)
    for order_id in order_ids:
        news = backorders.untold(tx.connection, LINES_MAX, order_id=order_id)
        heard = policy.mails and _write(tx, policy, order_id, news)
        for one in news:
            backorders.told(tx, one.id, silent=not heard)
    return len(order_ids)


def _write(tx: Tx, policy: Policy, order_id: int, news: list[News]) -> bool:
    """Whether a letter was put into the outbox."""
    recipient = recipient_of(tx.connection, order_id)
    lines = [_line(one, policy, tx.now_us) for one in sorted(news, key=lambda one: (one.line, one.id))]
    return write_letter(
        tx,
        kind="waits",
        ref=f"{recipient.order_public}/{news[-1].id}",
        recipient=recipient.party.email,
        name=recipient.party.name,
        order=recipient.order_ref,
        is_first=all(one.is_first for one in news),
        waiting=[line for line in lines if not line["gone"]],
        gone=[line for line in lines if line["gone"]],
        sender=sender_words(policy),
    )


def _line(one: News, policy: Policy, now_us: int) -> dict[str, Any]:
    return {
        "units": one.units,
        "description": one.description,
        "when": _when(one, policy, now_us),
        "before": "" if one.told_before_us is None else day_words(one.told_before_us, policy),
        "gone": one.source in WILL_NOT_COME,
    }


def _when(one: News, policy: Policy, now_us: int) -> str:
    if one.source == "cancelled":
        return "cancelled"
    if one.source == "unknown":
        return "we cannot get it any more; the shop tells you what it can do"
    if one.source == "in_house":
        return "it has arrived, and is packed next"
    if one.expected_us is None:
        return "its delivery is late; we write again as soon as we know the day"
    today = day_of(one.expected_us, policy.zone) <= day_of(now_us, policy.zone)
    return "expected here today" if today else f"expected here on {day_words(one.expected_us, policy)}"
