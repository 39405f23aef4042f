"""The real returns of an order file, run through the hub: authorised, received at the dock, graded as new, restocked.

A return in the file (a document whose number begins with C) names no order. It is matched with the newest orders of the
same customer by which the same item was bought and shipped before; what cannot be matched whole is counted by why, and
nothing is invented for it.
"""

import csv
import gzip
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Literal

from edge.contract.events import UnitsCounted
from hub.domain.gtin import ean13
from hub.handlers.authorising import AskedLine, AskedReturn, authorise
from hub.handlers.grading import Verdict, grade
from hub.hub import Hub
from hub.replay.floor import Floor
from hub.replay.stations import Stations, Stuck
from hub.site.catalogue import Catalogue
from hub.storage import return_items, returns
from hub.storage.return_matching import Bought, bought_before
from hub.storage.transaction import Tx
from hub.storage.writer import Actor

DOCK = "dock-1"
REASON = "other"
"""The file does not say why."""
GRADER = "Grete"
EVER_DAYS = 3_650
"""The shop of the file took goods back after any time."""
COUNT_MAX = 9_999
"""A bench counts no further at once."""
ROUNDS_MAX = 1_000
"""Of lights after one hour's returns; more would be a loop."""
Why = Literal["no customer", "not bought before", "fewer bought before", "not shipped yet"]


@dataclass(frozen=True, kw_only=True)
class FileReturn:
    """One returned line of the file."""

    ref: str
    """The number of its document."""
    placed_us: int
    customer: str
    sku: str
    units: int


def read_returns(file: Path, zone: tzinfo) -> tuple[FileReturn, ...]:
    """The returned lines of an order file, plain or ``.gz``, by their minute. What is no return is passed over, a
    return without a whole number of units too: the file's own reader says which lines are broken."""
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8", newline="") as lines:
        return parse_returns(csv.DictReader(lines), zone)


def parse_returns(rows: Iterable[Mapping[str, Any]], zone: tzinfo) -> tuple[FileReturn, ...]:
    """The returns among rows of an order file."""
    found = []
    for row in rows:
        quantity = (row.get("quantity") or "").strip()
        if (row.get("kind") or "").strip() != "return" or not (quantity[:1] == "-" and quantity[1:].isdecimal()):
            continue
        placed = datetime.fromisoformat(row["placed_at"].strip()).replace(tzinfo=zone)
        found.append(
            FileReturn(
                ref=row["order_id"].strip(),
                placed_us=round(placed.timestamp()) * 1_000_000,
                customer=row["customer_id"].strip(),
                sku=row["sku"].strip().upper(),
                units=int(quantity[1:]),
            )
        )
    return tuple(sorted((one for one in found if one.units), key=lambda one: one.placed_us))


class Returns:
    """The returns of a replay.

    Args:
        rows: Of the file, by their minute.
        hub: What they run through.
        catalogue: The site's.
        stations, floor: What shows and follows lights.
        gone: Units of each SKU that are really with customers: what came back is taken off.
    """

    def __init__(
        self,
        rows: Iterable[FileReturn],
        *,
        hub: Hub,
        catalogue: Catalogue,
        stations: Stations,
        floor: Floor,
        gone: Counter[str],
    ) -> None:
        self._waiting = deque(rows)
        self._hub = hub
        self._stations = stations
        self._floor = floor
        self._gone = gone
        self._symbols = {item.sku: ean13(item.gtin) for item in catalogue.items.values()}
        # only authorising asks for the window: the dock and the bench go by the hub's own policy
        self._policy = replace(hub.policy, returns=replace(hub.policy.returns, window_days=EVER_DAYS))
        self.returns = 0
        """Returns that were authorised, received, graded and restocked."""
        self.matched = Counter[str]()
        """``lines`` and ``units``."""
        self.unmatched = Counter[tuple[Why, str]]()
        """(why, ``lines`` or ``units``)."""

    def work(self, now_us: int) -> None:
        """Work off what has been returned by now. Raises: Stuck, the dock asks what cannot be answered."""
        here: dict[str, list[FileReturn]] = defaultdict(list)
        while self._waiting and self._waiting[0].placed_us < now_us:
            one = self._waiting.popleft()
            here[one.ref].append(one)
        for lines in here.values():
            for ref, asked in self._matched(lines).items():
                self._take_back(ref, asked)
        if here:
            for _ in range(ROUNDS_MAX):
                if not self._floor.follow_lights({}):
                    return
            raise Stuck(f"Expected the lights of returns to go out within {ROUNDS_MAX} rounds.")

    def _matched(self, lines: list[FileReturn]) -> dict[str, Counter[tuple[int, str]]]:
        """Units by order, and by line and SKU of it; what finds no order is counted."""
        found: dict[str, Counter[tuple[int, str]]] = defaultdict(Counter)
        taken = Counter[tuple[str, int]]()
        for one in lines:
            with self._hub.engine.begin() as connection:
                bought = bought_before(connection, self._hub.client_id, one.customer, one.sku, one.placed_us)
            bought = [replace(b, left=b.left - taken[b.ref, b.line]) for b in bought]
            why = why_not(one, bought)
            kept = self.matched if why is None else None
            for what, units in (("lines", 1), ("units", one.units)):
                if kept is not None:
                    kept[what] += units
                elif why is not None:
                    self.unmatched[why, what] += units
            if why is None:
                for ref, line, units in _spread(one.units, bought):
                    found[ref][line, one.sku] += units
                    taken[ref, line] += units
        return found

    def _take_back(self, ref: str, units: Counter[tuple[int, str]]) -> None:
        asked = AskedReturn(lines=tuple(AskedLine(line=n, units=of, reason=REASON) for (n, _), of in units.items()))
        made = self._hub.writer.call(
            Actor("shop", "return", ref),
            lambda tx: authorise(tx, self._policy, ref, asked, by="shop", origin="shop"),
        )
        of_sku = Counter[str]()
        for (_, sku), n in units.items():
            of_sku[sku] += n
        self._receive(made.number, of_sku)
        self._hub.writer.call(Actor(GRADER, "grade", made.number), lambda tx: self._grade(tx, made.number))
        self._gone.subtract(of_sku)
        self.returns += 1

    def _receive(self, number: str, of_sku: Counter[str]) -> None:
        """Scan the return, and scan and count each item."""
        self._say(self._stations.scanned(self._stations.prompt(DOCK), number))
        for sku, units in of_sku.items():
            for part in _parts(units):
                self._say(self._stations.scanned(self._stations.prompt(DOCK), self._symbols[sku]))
                prompt = self._stations.prompt(DOCK)
                if prompt.ask != "count":
                    raise Stuck(f"{DOCK}: expected to count {sku} of {number}, got: {prompt.title} {prompt.lines}.")
                self._say(UnitsCounted(step=prompt.step, units=part, units_asked=prompt.units))
        prompt = self._stations.prompt(DOCK)
        if prompt.title != "Scan the delivery note" or "to the returns bench" not in " ".join(prompt.lines):
            raise Stuck(f"{DOCK}: expected all of {number} to be here, got: {prompt.title} {prompt.lines}.")

    def _say(self, event: Any) -> None:
        self._stations.tell(DOCK, [event])
        self._stations.wait()

    def _grade(self, tx: Tx, number: str) -> None:
        row = returns.by_number(tx.connection, number)
        assert row is not None, f"{number} was just authorised"
        for item in return_items.items_of(tx.connection, row.id):
            grade(tx, self._hub.policy, item.id, Verdict(units=item.left, grade="A", by=GRADER))

    def figures(self) -> dict[str, Any]:
        """What became of them until now."""
        whys = sorted({why for why, _ in self.unmatched})
        return {
            "returns": self.returns,
            "lines": self.matched["lines"],
            "units": self.matched["units"],
            "unmatched": {
                why: {"lines": self.unmatched[why, "lines"], "units": self.unmatched[why, "units"]} for why in whys
            },
            "to_come_lines": len(self._waiting),
        }


def why_not(one: FileReturn, bought: list[Bought]) -> Why | None:
    """Why a return finds no order; None: it does."""
    if not one.customer:
        return "no customer"
    if not bought:
        return "not bought before"
    if sum(b.left for b in bought) >= one.units:
        return None
    return "fewer bought before" if sum(b.ordered for b in bought) < one.units else "not shipped yet"


def _spread(units: int, bought: list[Bought]) -> Iterator[tuple[str, int, int]]:
    """(order, line, units): the one line that has as many, if there is one, else the newest first."""
    whole = next((b for b in bought if b.left >= units), None)
    for b in [whole] if whole is not None else bought:
        part = min(units, max(0, b.left))
        if part:
            yield b.ref, b.line, part
            units -= part


def _parts(units: int) -> Iterator[int]:
    """Units as a bench can count them."""
    while units:
        part = min(units, COUNT_MAX)
        yield part
        units -= part
