"""Restocking: when an SKU's inventory position falls to its reorder point, it is proposed to its supplier, and why.

A review is planned from a snapshot by whoever has time, and decided anew in the writer for the few SKUs that the
snapshot named: what has changed in between is seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from sqlalchemy import Connection

from hub.domain.learned_lead import DAY_US
from hub.domain.restock import Position, Proposal, Terms, prices_of, propose, propose_fixed, top_up
from hub.domain.safety_stock import Cover
from hub.handlers import drop_ship
from hub.handlers.backorder_dates import reckon
from hub.handlers.policy import Policy
from hub.handlers.proposals import approve_by_rule, chase
from hub.handlers.put_away import ask_again
from hub.handlers.supplier_dates import due_us
from hub.storage import buying, positions, proposals, purchasing
from hub.storage.buying import Supplying
from hub.storage.positions import Stand
from hub.storage.proposals import Reason
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One line that a supplier should bring."""

    stand: Stand
    proposal: Proposal


@dataclass(frozen=True, kw_only=True)
class Joint:
    """What is wanted of one supplier for one client, together."""

    supplier: Supplying
    lines: tuple[Wanted, ...]
    reaches_minimum: bool
    """Whether it is worth what the supplier asks for at least."""

    @property
    def value_minor(self) -> int:
        """What it costs."""
        return sum(line.proposal.cost_minor for line in self.lines)


def plan(
    connection: Connection, site_id: int, policy: Policy, now_us: int, *, only: Sequence[int] | None = None
) -> list[Joint]:
    """What the stock asks for now, by supplier and client; it only reads.

    SKUs by the forecast are ordered together, at most every review period, unless one has run out.
    """
    if only is not None and not only:
        return []
    stands = positions.to_reorder(
        connection,
        site_id,
        all_fixed=policy.restock == "fixed",
        refused_since_us=now_us - policy.review_days * DAY_US,
        only=only,
    )
    if not stands:
        return []
    suppliers = buying.suppliers(connection)
    reviewed_us = positions.last_reviews(connection)
    found = []
    for (supplier_id, client_id), group in groupby(stands, key=lambda stand: (stand.supplier_id, stand.client_id)):
        of_supplier = list(group)
        is_due = now_us - reviewed_us.get((supplier_id, client_id), 0) >= policy.review_days * DAY_US
        has_run_out = any(not stand.fixed and _position(stand).units <= 0 for stand in of_supplier)
        lines = [
            Wanted(stand=stand, proposal=proposal)
            for stand in of_supplier
            if (stand.fixed or is_due or has_run_out) and (proposal := _proposed(stand, policy, suppliers[supplier_id]))
        ]
        if lines:
            found.append(_joint(suppliers[supplier_id], lines))
    return found


def _joint(supplier: Supplying, lines: list[Wanted]) -> Joint:
    minimum = supplier.terms.order_value_min_minor
    raised = top_up([line.proposal for line in lines], minimum)
    return Joint(
        supplier=supplier,
        lines=tuple(Wanted(stand=line.stand, proposal=more) for line, more in zip(lines, raised, strict=True)),
        reaches_minimum=sum(line.cost_minor for line in raised) >= minimum,
    )


def _position(stand: Stand) -> Position:
    return Position(on_hand=stand.on_hand, promised=stand.promised, backordered=stand.backordered)


def _proposed(stand: Stand, policy: Policy, supplier: Supplying) -> Proposal | None:
    terms = Terms(
        pack_units=stand.pack_units,
        order_units_min=stand.order_units_min,
        prices=prices_of(stand.cost_minor, stand.price_breaks),
    )
    position = _position(stand)
    if stand.fixed:
        point, units = stand.reorder_point_units, stand.reorder_units
        return propose_fixed(stand.code, position, terms, reorder_point_units=point, reorder_units=units)
    lead_days = _lead_days(stand, policy)
    cover = Cover(
        level=(stand.level_percent or 50) / 100,
        days=stand.cover_days or policy.review_days,
        expected_units=stand.expected_units or 0,
        enough_units=stand.enough_units or 0,
    )
    proposal = propose(
        stand.code,
        position,
        cover,
        terms,
        # only one order is open at a time: it lasts until the one after it can come
        review_days=max(policy.review_days, lead_days),
        shelf_life_days=stand.shelf_life_days,
    )
    if proposal is None or supplier.lead is None:
        return proposal
    return replace(proposal, because=f"{proposal.because}; {supplier.name} takes {supplier.lead.words}")


def _lead_days(stand: Stand, policy: Policy) -> int:
    return max(0, (stand.cover_days or policy.review_days) - policy.review_days)


def review(tx: Tx, policy: Policy, *, only: Sequence[int] | None = None) -> list[str]:
    """Write the purchase orders that the stock asks for, one a supplier and client; their numbers.

    What came before and was not put away is asked for again, what has not come is asked after, and those who wait get
    their dates.

    Args:
        only: of these SKUs, which a plan of a moment ago named; None: of all.
    """
    ask_again(tx)
    drop_ship.review(tx, policy)
    wanted = plan(tx.connection, tx.site_id, policy, tx.now_us, only=only)
    numbers = [_order(tx, policy, joint) for joint in wanted]
    chase(tx)
    reckon(tx, policy)
    return numbers


def _order(tx: Tx, policy: Policy, joint: Joint) -> str:
    lines = [(line.stand.sku_id, line.proposal.units) for line in joint.lines]
    number = purchasing.insert_order(tx, joint.supplier.id, due_us(joint.supplier, policy, tx.now_us), lines)
    found = purchasing.find(tx.connection, number)
    assert found is not None, "it was written a line above"
    method = policy.restock if any(not line.stand.fixed for line in joint.lines) else "fixed"
    reasons = [(line.stand.sku_id, _reason(line)) for line in joint.lines]
    proposals.propose(tx, found[0], method=method, value_minor=joint.value_minor, reasons=reasons)
    least = f"{joint.supplier.terms.order_value_min_minor / 100:,.2f} {policy.currency}"
    below = "" if joint.reaches_minimum else f"below the {least} that {joint.supplier.name} asks for at least"
    approve_by_rule(tx, policy, number, doubt=below)
    return number


def _reason(line: Wanted) -> Reason:
    stand = line.stand
    return Reason(
        because=line.proposal.because,
        cost_minor=line.proposal.cost_minor,
        position=_position(stand).units,
        reorder_point=stand.reorder_point_units if stand.fixed else stand.enough_units or 0,
    )
