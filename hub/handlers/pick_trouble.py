"""What a picker finds wrong at a bin and no scale can tell: damaged units, and goods of another SKU.

Somebody says so at the hub's page or by REST; who it was stands in the evidence and the audit. Whatever is booked, the
bin is counted afterwards: a scale may have seen the same hands.
"""

from hub.handlers.allocate import promise_again
from hub.handlers.facts import Fact, by_person
from hub.handlers.moving import hold_for_count, let_go, take
from hub.handlers.put_away import ask_put_away
from hub.handlers.sort_state import go_on
from hub.storage import clients, exceptions, orders, places, tasks, walls
from hub.storage.evidence import weigh_evidence
from hub.storage.places import Place
from hub.storage.tasks import TaskRow
from hub.storage.transaction import Tx

PERSON = "person"
"""By what it is said."""


class NoSuch(LookupError):
    """There is no pick, bin or SKU of that name."""


class NotThere(ValueError):
    """More units than can be what is spoken of; nothing was booked."""


def damaged(tx: Tx, public: str, units: int, who: str, *, in_tote: bool) -> None:
    """Units of what a pick asks for are damaged: they go to scrap, and the bin is counted.

    Before they are picked they are the bin's, or astray if its scale saw a hand take them out; a picker who finds some
    says short at the light for them. Afterwards they are in the tote, and its line is picked again.

    Raises:
        NoSuch: there is no pick of that id.
        NotThere: fewer of its units are still in its tote.
    """
    row = tasks.by_public(tx.connection, public)
    if row is None or row.kind != "pick" or (in_tote and row.line_id is None):
        raise NoSuch(f"Expected the id of a pick, got '{public}'.")
    fact = by_person(tx)
    evidence = weigh_evidence(tx, by=PERSON, operator=who)
    if in_tote:
        _damaged_in_tote(tx, fact, row, units, evidence)
    else:
        _damaged_in_bin(tx, fact, row, units, evidence)
    why = f"{units} damaged units of {row.bin_name} are set aside, says {who}."
    exceptions.open_once(tx, "damaged", row.bin_name, why, ref_kind="task", ref_id=row.public)
    hold_for_count(tx, row.bin_name, why)
    promise_again(tx, [row.sku_id])
    tx.changed("board")


def _damaged_in_bin(tx: Tx, fact: Fact, row: TaskRow, units: int, evidence: int) -> None:
    scrap, astray = places.virtual(tx, "scrap"), places.virtual(tx, "astray")
    seen = min(units, max(0, tx.ledger.on_hand(row.stock, astray)[0]))
    ref = ("task", row.public)
    if seen:
        tx.ledger.move(row.stock, seen, astray, scrap, fact.cause("damaged", ref=ref, evidence_id=evidence))
    if units > seen:
        take(tx, fact, row.stock, row.bin_id, units - seen, scrap, "damaged", evidence, ref=ref)


def _damaged_in_tote(tx: Tx, fact: Fact, row: TaskRow, units: int, evidence: int) -> None:
    assert row.line_id is not None
    unsorted = None if row.load_id is None else walls.units_unsorted(tx.connection, row.load_id, row.line_id)
    there = 0 if row.tote_packed or row.tote_id is None else row.units_done
    there = there if unsorted is None else min(there, unsorted)
    if units > there or row.tote_id is None:
        raise NotThere(f"Expected at most {there} units, which are in the tote still, got {units}: tell the packer.")
    take(tx, fact, row.stock, row.tote_id, units, places.virtual(tx, "scrap"), "damaged", evidence)
    let_go(tx, fact, row, "damaged")  # what a weight had found to be owed: its bin is counted first
    own = min(units, row.units, orders.line(tx.connection, row.line_id).picked)
    orders.shift(tx, row.line_id, own, "picked", "backordered")
    tasks.set_done(tx, row, row.units_done - units, row.reserve_id)
    go_on(tx, row.tote_id)


def wrong_label(tx: Tx, bin_name: str, sku: str, units: int, who: str) -> int:
    """Another SKU's goods lie in a bin: its picks are asked back, the bin is counted; how many picks those were.

    ``units``: so many were taken out into the put-back tote, from where a light leads them home.

    Raises:
        NoSuch: there is no such bin with an SKU of its own, or no such other SKU.
    """
    bin_ = places.seek(tx.connection, tx.site_id, bin_name)
    if bin_ is None or bin_.kind != "bin" or bin_.sku_id is None:
        raise NoSuch(f"Expected a bin of this site that an SKU lies in, got '{bin_name}'.")
    found = clients.skus_called(tx.connection, sku)
    if len(found) > 1:
        raise NoSuch(f"{sku} is an SKU of {len(found)} clients: expected one of {', '.join(found.values())}.")
    if not found or bin_.sku_id in found:
        raise NoSuch(f"Expected another SKU than that of {bin_name}, got '{sku}'.")
    [sku_id] = found
    asked_back = _ask_back(tx, bin_)
    if units:
        _to_put_back(tx, by_person(tx), sku_id, units, weigh_evidence(tx, by=PERSON, symbol=sku, operator=who))
    why = f"{sku} lies in {bin_name}, says {who}; {units} went into the put-back tote."
    exceptions.open_once(tx, "wrong_label", bin_name, why)
    hold_for_count(tx, bin_name, why)
    tx.changed("board")
    return asked_back


def _ask_back(tx: Tx, bin_: Place) -> int:
    """Recall a bin's open picks: each station answers whether it was picked before its reservation ends."""
    rows = [row for row in tasks.open_at_bin(tx.connection, bin_.id) if row.kind == "pick" and row.state == "open"]
    for row in rows:
        tasks.set_state(tx, row, "recalled")
    return len(rows)


def _to_put_back(tx: Tx, fact: Fact, sku_id: int, units: int, evidence: int) -> None:
    """Goods that the book has nowhere, or elsewhere: found, and to be put away by light."""
    stock = places.stock_of(tx.connection, sku_id)
    putback = places.find(tx.connection, tx.site_id, "putback").id
    cause = fact.cause("wrong_label", evidence_id=evidence)
    tx.ledger.move(stock, units, places.virtual(tx, "adjustment"), putback, cause)
    ask_put_away(tx, stock, putback)
