"""What the documents of returns say."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from hub.handlers.policy import Policy
from hub.notices.days import day_words
from hub.storage import return_items, return_labels, returns
from hub.storage.claims import ClaimRow
from hub.storage.returns import ReturnRow

if TYPE_CHECKING:  # what writes PDF takes 14 MB: only where one is wanted
    from hub.documents.return_slip import ReturnSlip
    from hub.documents.supplier_claim import SupplierClaim


def slip_of(connection: Connection, policy: Policy, row: ReturnRow) -> "ReturnSlip":
    """The slip of a return."""
    from hub.documents.return_slip import ReturnSlip, SlipLine

    label = return_labels.of_return(connection, row.id)
    return ReturnSlip(
        number=row.number,
        order=row.order_ref,
        customer=row.customer,
        until=day_words(row.expires_us, policy.zone),
        wanted=row.wanted,
        tracking="" if label is None or label.tracking is None else label.tracking,
        service="" if label is None else label.service,
        address=() if policy.sender is None else policy.sender.lines,
        lines=tuple(
            SlipLine(
                sku=one.sku,
                description=one.description,
                reason=policy.returns.reason(one.reason).words,
                units=one.units,
            )
            for one in returns.lines(connection, row.id)
        ),
    )


def claim_of(connection: Connection, policy: Policy, row: ClaimRow) -> "SupplierClaim":
    """The documents of a claim."""
    from hub.documents.supplier_claim import ClaimLine, SupplierClaim

    state = "not handed over yet"
    if row.handed_us is not None:
        state = f"handed over on {day_words(row.handed_us, policy.zone)} by {row.handed_by}"
    return SupplierClaim(
        number=row.number,
        supplier=row.supplier,
        site=policy.site,
        state=state,
        currency=policy.currency,
        lines=tuple(
            ClaimLine(
                number=one.number,
                sku=one.sku,
                description=one.description,
                lot=one.lot,
                units=one.units,
                reason=policy.returns.reason(one.reason).words,
                note=one.note,
                cost_minor=one.units * one.cost_minor,
            )
            for one in return_items.of_claim(connection, row.id)
        ),
    )
