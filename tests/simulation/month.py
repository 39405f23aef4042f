"""``python -m tests.simulation.month [--bins 100] [--days 30] [--seed 1] [--json FILE]``: a month that counts itself.

Bins on simulated metal (:mod:`edge.bench.bin_physics`) under the real station logic, outbox and sender, and the real
handlers and storage of the hub. People follow the lights; they err and they steal; nobody ever counts. At the end of
each day the book of every bin is held against what lies in it. The same seed is played again with no scales.

A bin is **countable** at the end of a day if what lies in it then can be told from one unit more or fewer by its
weight, by this physics: see :data:`edge.bench.bin_physics.COUNTABLE_SIGMAS`.
"""

import argparse
import json
import logging
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import structlog

from edge.bench.bin_physics import PhysicalBin, draw_item, draw_scale, is_countable
from edge.contract.events import Envelope
from edge.contract.site import Bin, Displays, Expanders, Station, Strip
from edge.contract.site import Scale as ScaleFile
from tests.simulation.simulator import template
from tests.simulation.weighed import MonthHouse, WeighedStation

MONDAY_US = 1_700_463_600_000_000
"""2023-11-20 07:00 UTC."""
DAY_US = 86_400_000_000
ORDERS_A_BIN_A_DAY = 2.5
LINES_MAX = 3
MISPICK_SHARE = 0.01
"""Of picks: one too many, one too few, or out of another bin, by a third each."""
MENDED_SHARE = 0.8
"""Of what is shown in red: mended; the rest is accepted as it stands."""
LOST_SHARE = 0.002
"""Of the units that are moved as many are stolen, or put where they do not belong, by half each."""
LOST_UNITS = (1, 1, 2, 3)
LOST_UNITS_MEAN = sum(LOST_UNITS) / len(LOST_UNITS)
ROOM_UNITS = (12, 48)
"""So many units have room in a bin, or as many as its scale carries."""
REFILL_BELOW = 0.3
"""Of a bin's room: then it is filled."""
SEEN_SHARE = 0.5
"""Of what does not belong into a bin: taken out by who takes something there, or sees its white light in the morning.
The others do not look."""
COST_MINOR = (50, 2_500)
READ_S = 0.3
EVENING_US = 120_000_000
"""Then everybody has gone."""


@dataclass
class Day:
    """How the bins stood at the end of a day."""

    countable: int = 0
    countable_right: int = 0
    bins: int = 0
    right: int = 0
    held: int = 0
    """Bins that wait for a count."""


@dataclass
class Outcome:
    """A month."""

    seed: int
    scales: bool
    days: list[Day] = field(default_factory=list)
    picks: int = 0
    units: int = 0
    mispicks: int = 0
    stolen: int = 0
    misplaced: int = 0
    adjustments: list[dict[str, Any]] = field(default_factory=list)
    """Each one that was made by itself: bin, units, cost, why."""
    counts_by_weight: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def right_pct(self) -> float:
        """Countable bins whose book was right, of all days' ends."""
        return _pct(sum(day.countable_right for day in self.days), sum(day.countable for day in self.days))

    @property
    def all_right_pct(self) -> float:
        """The same of all bins."""
        return _pct(sum(day.right for day in self.days), sum(day.bins for day in self.days))

    def figures(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "right_pct": self.right_pct, "all_right_pct": self.all_right_pct}


class Month:
    """One month of one seed."""

    def __init__(self, seed: int, directory: Path, *, bins: int, scales: bool, trouble: float) -> None:
        self.rng = Random(seed)
        """Of the people ..."""
        self._metal = Random(seed + 1)
        """... and of the metal: so that people do the same with scales and without."""
        self.clock_us = MONDAY_US
        self.outcome = Outcome(seed, scales)
        self._trouble = trouble
        self._numbers = 0
        self._in_hand: dict[str, list[float]] = {}
        """What was taken out of a bay last, and can be put back."""
        self.stations: dict[str, WeighedStation] = {}
        self._items: dict[str, tuple[int, int, int]] = {}
        opening: dict[str, tuple[str, str, int]] = {}
        now = lambda: self.clock_us  # noqa: E731 - the one clock of all
        for number in range(1, bins + 1):
            sim = self._bay(f"bay-{number:03d}", directory, now)
            sku = f"S{number:03d}"
            for _ in range(2):  # two lots
                sim.physical.put_lot(max(1, int(0.45 * sim.most_units)))
            sim.physical.settle_creep()
            self.stations[sim.station.name] = sim
            item = sim.physical.item
            low, high = COST_MINOR
            cost = round(low * (high / low) ** self._metal.random())
            self._items[sku] = (item.unit_mg, item.spread_mg, cost)
            opening[sim.bin_name] = (sim.station.name, sku, sim.physical.units)
        fast = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
        self.house = MonthHouse(directory, template(fast), opening, self._metal, now, self._to_station)
        self.house.items = self._items
        for sim in self.stations.values():
            sim.start()
            sim.connect(True)
        self.house.weigh_items()
        self.house.publish_changes()
        for sim in self.stations.values():
            self._look_on(sim, 4.0)

    def play(self, days: int) -> Outcome:
        """Play so many days."""
        for day in range(days):
            self.clock_us = MONDAY_US + day * DAY_US
            for sim in self.stations.values():
                self._look_on(sim, 1.0)
                if "white" in sim.lit().get(sim.bin_name, ()):
                    self._take_out(sim)
                    self._look_on(sim, 5.0)
            self._work(round(len(self.stations) * ORDERS_A_BIN_A_DAY))
            self._end_of_day()
            print(f"day {day + 1}: {self.outcome.days[-1]}", file=sys.stderr, flush=True)
        self.outcome.adjustments = self.house.adjustments()
        self.outcome.counts_by_weight = self.house.counted()
        return self.outcome

    # -- a day's work --------------------------------------------------------------------------------------

    def _work(self, orders: int) -> None:
        skus = sorted(self._items)
        for _ in range(orders):
            self._numbers += 1
            chosen = self.rng.sample(skus, self.rng.randint(1, LINES_MAX))
            self.house.order(f"O{self._numbers}", [(sku, self._few()) for sku in chosen])
            if self._numbers % 3 == 0:
                self.house.release()
                self.house.publish_changes()
                self._follow_lights()
            if self._numbers % 40 == 0:
                self._refill()
        self._refill()
        self.house.release()
        self.house.publish_changes()
        self._follow_lights()

    def _few(self) -> int:
        return self.rng.choices((1, 2, 3, 4, 6, 12), (40, 20, 12, 10, 10, 8))[0]

    def _follow_lights(self) -> None:
        """People go from light to light until nothing is lit but counts, which nobody does."""
        for _ in range(6):
            busy = False
            for sim in self.stations.values():
                light = sim.lit().get(sim.bin_name)
                if light is None or light[0] == "white":
                    continue
                busy = True
                self._serve(sim, *light)
            if not busy:
                return

    def _serve(self, sim: WeighedStation, colour: str, said: str) -> None:
        if colour == "red":
            self._answer_red(sim, said)
            return
        asked = int(said[1:])
        if colour == "yellow":
            sim.reach(asked)
        else:
            self._pick(sim, asked)
        self.clock_us += round(self.rng.uniform(1, 3) * 1e6)
        sim.press(f"confirm {sim.bin_name}")
        self._look_on(sim, 4.0)
        if self.rng.random() < self._trouble * LOST_SHARE * asked / LOST_UNITS_MEAN:
            self._lose(self.rng.choice(list(self.stations.values())))

    def _pick(self, sim: WeighedStation, asked: int) -> None:
        self.outcome.picks += 1
        self.outcome.units += asked
        source, take = sim, min(asked, sim.physical.units)
        if self.rng.random() < self._trouble * MISPICK_SHARE:
            self.outcome.mispicks += 1
            slip = self.rng.choice(("more", "fewer", "other"))
            if slip == "other":
                source = self.rng.choice([one for one in self.stations.values() if one is not sim])
                take = min(asked, source.physical.units)
            else:
                take = max(0, min(take + (1 if slip == "more" else -1), sim.physical.units))
        elif take < asked:  # whoever finds too few says so
            for _ in range(asked - take):
                sim.press(f"short {sim.bin_name}")
        self._take_out(sim)
        if take:
            self._in_hand[source.station.name] = source.reach(-take)
        if source is not sim:
            self._look_on(source, 4.0)

    def _take_out(self, sim: WeighedStation) -> None:
        """What does not belong there, if it is seen."""
        if sim.physical.foreign_mg and self.rng.random() < SEEN_SHARE:
            sim.lay(-sim.physical.foreign_mg)

    def _answer_red(self, sim: WeighedStation, said: str) -> None:
        """Mend what the light says as far as people can, or accept it as it stands."""
        number = said[1:].replace(" ", "")
        hand = int(number) if number.lstrip("+-").isdigit() else 0
        has = self._in_hand.get(sim.station.name, [])
        is_mended = self.rng.random() < MENDED_SHARE
        if is_mended and hand > 0 and sim.physical.foreign_mg:
            sim.lay(-sim.physical.foreign_mg)
        elif is_mended and 0 < hand <= sim.physical.units:
            sim.reach(-hand)
        elif is_mended and 0 < -hand <= len(has):
            sim.reach(-hand, has[hand:])
            del has[hand:]
        else:
            sim.press(f"confirm {sim.bin_name}")
        self._look_on(sim, 4.0)

    def _lose(self, sim: WeighedStation) -> None:
        """Somebody steals out of a bin, or puts units of another item into it."""
        units = min(self.rng.choice(LOST_UNITS), sim.physical.units)
        if not units:
            return
        if self.rng.random() < 0.5:
            self.outcome.stolen += units
            sim.reach(-units)
        else:
            other = self.rng.choice([one for one in self.stations.values() if one is not sim])
            taken = sim.reach(-units)
            other.lay(sum(taken))
            self.outcome.misplaced += units
            self._look_on(other, 4.0)
        self._in_hand.pop(sim.station.name, None)
        self._look_on(sim, 4.0)

    def _refill(self) -> None:
        """Whoever buys looks at what really lies there: how much is ordered is not what is tried here."""
        for number, sim in enumerate(self.stations.values(), 1):
            if sim.physical.units < REFILL_BELOW * sim.most_units and sim.bin_name not in sim.lit():
                self._numbers += 1
                self.house.deliver(f"S{number:03d}", sim.most_units - sim.physical.units, self._numbers)
        self.house.publish_changes()
        self._follow_lights()

    def _look_on(self, sim: WeighedStation, seconds: float) -> None:
        """Time passes; the scale is read, and hub and station hear of each other."""
        for _ in range(max(1, round(seconds / READ_S))):
            self.clock_us += round(READ_S * 1e6)
            sim.read()
            self.house.step(crash_between=False)

    def _end_of_day(self) -> None:
        self.clock_us += EVENING_US
        for sim in self.stations.values():
            self._look_on(sim, 1.0)
        day = Day()
        book, held = self.house.book(), self.house.held()
        for sim in self.stations.values():
            physical = sim.physical
            right = book[sim.bin_name] == physical.units
            countable = is_countable(physical.item, physical.scale, physical.units)
            day.bins += 1
            day.right += right
            day.countable += countable
            day.countable_right += countable and right
            day.held += sim.bin_name in held
        self.outcome.days.append(day)
        self.outcome.broken += self.house.violations(folds=False)

    # -- the wires -----------------------------------------------------------------------------------------

    def _to_hub(self, envelope: Envelope) -> None:
        self.house.receive(envelope)

    def _to_station(self, station: str, channel: str, payload: bytes) -> None:
        sim = self.stations.get(station)
        if sim is not None and hasattr(sim, "outbox"):
            sim.receive(channel, payload)

    def _bay(self, name: str, directory: Path, now: Any) -> WeighedStation:
        item = draw_item(self._metal)
        scale = draw_scale(self._metal, item)
        file = ScaleFile(protocol="bay_line", port="x", division_mg=scale.division_mg, capacity_mg=scale.capacity_mg)
        has = self.outcome.scales
        station = Station(
            name=name,
            kind="bay",
            bins=(Bin(name=f"{name}/1", channel=0 if has else None),),
            strip=Strip(),
            displays=Displays(),
            expanders=Expanders(addresses=(0x20,)),
            scale=file if has else None,
            bay_button_pin=23,
        )
        sim = WeighedStation(station, directory, self._metal, now, self._to_hub)
        sim.scales = has
        sim.physical = PhysicalBin(item=item, scale=scale, rng=self._metal, name=f"{name}/1")
        sim.most_units = min(sim.physical.room_units, self._metal.randint(*ROOM_UNITS))
        return sim


def _pct(part: int, whole: int) -> float:
    return round(100 * part / whole, 3) if whole else 100.0


def play_month(seed: int, *, bins: int, days: int, scales: bool, trouble: float = 1.0) -> Outcome:
    """Play a month of so many days; ``trouble`` times as much goes wrong as is stated above."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    fast = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="shelflight-month-", dir=fast) as name:
        month = Month(seed, Path(name), bins=bins, scales=scales, trouble=trouble)
        try:
            return month.play(days)
        finally:
            for sim in month.stations.values():
                sim.outbox.close()
            month.house.engine.dispose()


def main() -> int:
    """Play a month with scales and without. Exit codes: 0 as it should be, 1 an invariant broke."""
    parser = argparse.ArgumentParser(prog="tests.simulation.month")
    parser.add_argument("--bins", type=int, default=100)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    found = {}
    for scales in (True, False):
        begun = time.monotonic()
        outcome = play_month(chosen.seed, bins=chosen.bins, days=chosen.days, scales=scales)
        found["scales" if scales else "none"] = outcome.figures()
        why = Counter(str(one["why"]) for one in outcome.adjustments)
        print(
            f"{'with' if scales else 'without'} scales: book right in {outcome.right_pct} % of countable bins at days'"
            f" ends, {outcome.all_right_pct} % of all; {outcome.picks} picks, {outcome.mispicks} mispicks,"
            f" {outcome.stolen} units stolen, {outcome.misplaced} misplaced; adjusted {dict(why)};"
            f" {outcome.counts_by_weight} counts by weight; {time.monotonic() - begun:.0f} s"
        )
        if outcome.broken:
            print(*outcome.broken[:5], sep="\n")
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1), "utf-8")
    return int(any(one["broken"] for one in found.values()))


if __name__ == "__main__":
    sys.exit(main())
