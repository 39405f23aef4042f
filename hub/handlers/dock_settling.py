"""Settling what was wrong with a delivery: back to its supplier, scrapped, kept, credited; and what it is told."""

from collections.abc import Sequence
from typing import Literal, get_args

from hub.handlers import receipts
from hub.handlers.dock_cases import TOLD
from hub.handlers.facts import by_person
from hub.handlers.put_away import ask_put_away
from hub.storage import dock_cases, exceptions, places, purchasing
from hub.storage.dock_cases import DockCase
from hub.storage.evidence import weigh_evidence
from hub.storage.ledger import StockKey
from hub.storage.transaction import Tx

Outcome = Literal["sent_back", "scrapped", "kept", "credited", "released", "refused"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
MAY: dict[str, tuple[Outcome, ...]] = {
    "short": ("credited",),
    "over": ("kept",),
    "damaged": ("sent_back", "scrapped", "kept"),
    "wrong": ("sent_back", "scrapped", "kept"),
    "expired": ("sent_back", "scrapped"),
    "refused": ("sent_back", "scrapped"),
    "quality": ("released", "refused"),
}
"""How a case of each kind can end; ``refused`` is no end: the goods go to the claims."""
CLAIMED = ("short", "damaged", "expired", "refused")
"""Kinds for which money is asked back; of the others the supplier is told."""
WORDS = {
    "short": "did not come",
    "over": "came too many",
    "damaged": "damaged",
    "wrong": "not ordered",
    "expired": "expired",
    "quality": "being looked at",
    "refused": "of bad quality",
}


class NoSuchCase(LookupError):
    """There is no case of that number."""


class NotSo(ValueError):
    """The case cannot end like this, or has ended."""


def settle(tx: Tx, case_id: int, outcome: Outcome, who: str) -> None:
    """A person says what became of a case; its goods move there. Raises: NoSuchCase, NotSo."""
    case = dock_cases.find(tx.connection, case_id)
    if case is None:
        raise NoSuchCase(f"Expected the number of a case, got {case_id}.")
    if case.state != "open":
        raise NotSo(f"Case {case_id} was settled before: {case.outcome}.")
    if outcome not in MAY[case.kind]:
        raise NotSo(f"Case {case_id} ({case.kind}): expected {' or '.join(MAY[case.kind])}, got {outcome}.")
    if outcome == "refused":
        place_id = dock_cases.place_of(tx, "refused")
        _move(tx, case, place_id, outcome, who)
        dock_cases.refuse(tx, case_id, place_id)
        return
    if outcome in ("kept", "released") and case.place_id is not None:
        plate_id = places.make(tx, f"PLATE-CASE-{case_id}", "plate")
        _move(tx, case, plate_id, outcome, who)
        ask_put_away(tx, StockKey(case.client_id, case.sku_id, case.lot_id), plate_id)
        purchasing.receive_of(tx, case.number, case.sku_id, case.units)
        receipts.close_if_complete(tx, case.number)
    elif case.place_id is not None:
        _move(tx, case, places.virtual(tx, "scrap" if outcome == "scrapped" else "supplier"), outcome, who)
    dock_cases.settle(tx, case_id, outcome, who)
    if not dock_cases.has_open(tx.connection, case.number):
        exceptions.close_ref(tx, TOLD, f"settled by {who}", ref_kind="po", ref_id=case.number)


def _move(tx: Tx, case: DockCase, to_id: int, outcome: str, who: str) -> None:
    """The goods go from where they lie; a person said so."""
    assert case.place_id is not None
    evidence = weigh_evidence(tx, by="person", operator=who, picture=case.picture)
    cause = by_person(tx).cause(f"case_{outcome}", ref=("po", case.number), actor=who, evidence_id=evidence)
    tx.ledger.move(StockKey(case.client_id, case.sku_id, case.lot_id), case.units, case.place_id, to_id, cause)


def value_minor(cases: Sequence[DockCase]) -> int:
    """What is asked back for cases."""
    return sum(case.units * case.cost_minor for case in cases if case.kind in CLAIMED)


def letter(supplier: str, cases: Sequence[DockCase], *, site: str, currency: str) -> str:
    """The words to a supplier about its open cases."""
    lines = [f"To {supplier}", "", f"Deliveries to {site} were not as ordered:", ""]
    for case in cases:
        lot = f", lot {case.lot}" if case.lot else ""
        worth = f": {case.units * case.cost_minor / 100:.2f} {currency}" if case.kind in CLAIMED else ""
        lines.append(f"- {case.number}: {case.units} x {case.description} ({case.sku}{lot}) {WORDS[case.kind]}{worth}")
    asked = value_minor(cases)
    if asked:
        lines += ["", f"We ask for a credit of {asked / 100:.2f} {currency}, or for these units."]
    if any(case.place_id is not None for case in cases):
        lines += ["", "What is damaged, not ordered, expired or of bad quality lies here: tell us if you fetch it."]
    return "\n".join(lines) + "\n"
