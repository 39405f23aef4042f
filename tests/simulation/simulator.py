"""The seeded simulator: stations and hub under one virtual clock, over a network that does its worst.

Everything is drawn from the seed: orders, hands, errors, losses, doublings, delays, cuts, crashes. A seed replays
exactly; :attr:`Simulation.trace` is the hash of everything that happened.
"""

import atexit
import random
import shutil
import tempfile
from collections import deque
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from edge.contract.codec import decode_envelope, encode
from edge.contract.events import Envelope
from edge.contract.site import Bin, Displays, Expanders, Scale, Station, Strip
from hub.storage.database import open_database
from tests.simulation.house import House
from tests.simulation.station import DIVISION_MG, SimStation

MUTANTS = ("no-dedupe", "ack-before-commit", "trust-puback", "ignore-as-of")
STEPS = 140
STEP_US = (50_000, 600_000)
BAYS = 2
BINS_A_BAY = 4
INSTALL_STEPS = 4
CALM_STEPS_MAX = 1_200
PATIENCE_US = 3_000_000
FOLD_EVERY = 25
TAIL = 40


class Violation(AssertionError):
    """An invariant broke; the text has the seed and the last steps."""


@dataclass(order=True)
class Message:
    """Something under way."""

    due_us: int
    number: int
    to: str = field(compare=False)
    channel: str = field(compare=False)
    payload: bytes = field(compare=False)


class Simulation:
    """One seed's day."""

    def __init__(self, seed: int, directory: Path, template: Path, mutant: str = "") -> None:
        self.seed = seed
        self.rng = random.Random(seed)
        self.clock_us = 1_700_000_000_000_000
        self.hostile = True
        self.messages: list[Message] = []
        self.retained: dict[tuple[str, str], bytes] = {}
        self.cut: set[str] = set()
        self._number = 0
        self._orders = 0
        self._acted: dict[str, tuple[str, int]] = {}
        self._log: deque[str] = deque(maxlen=TAIL)
        self._hash = sha256()
        self._mutant = mutant
        now = lambda: self.clock_us  # noqa: E731 - the one clock of all
        bins: dict[str, tuple[str, str, int]] = {}
        self.stations: dict[str, SimStation] = {}
        for b in range(1, BAYS + 1):
            name = f"bay-{b:02d}"
            station = _bay(name)
            sim = SimStation(station, directory, self.rng, now, self._to_hub, mutant)
            for n, bin_ in enumerate(station.bins):
                sku = f"S{(b * BINS_A_BAY + n) % 6}"
                units = self.rng.randint(5, 30)
                bins[bin_.name] = (name, sku, units)
                sim.units[bin_.name] = units
            self.stations[name] = sim
        self.house = House(directory, template, bins, self.rng, now, self._to_station, mutant)
        self.skus = sorted({sku for _, sku, _ in bins.values()})
        for sim in self.stations.values():
            sim.start()
            self._connect(sim)

    @property
    def trace(self) -> str:
        """The hash of everything that happened."""
        return self._hash.hexdigest()

    def run(self) -> None:
        """Play the day, then let it become calm, and look whether everything came right. Raises: Violation."""
        self.hostile = False
        for _ in range(INSTALL_STEPS):  # a bay that never heard what its bins hold cannot judge their weights
            self.clock_us += STEP_US[1]
            self._pass_time()
        self.hostile = True
        for number in range(STEPS):
            self._step(number)
            self._check(folds=number % FOLD_EVERY == 0)
        self.hostile = False
        self.cut.clear()
        for sim in self.stations.values():
            self._connect(sim)
        self._calm()

    # -- one step ------------------------------------------------------------------------------------------

    def _step(self, number: int) -> None:
        self.clock_us += self.rng.randint(*STEP_US)
        act = self.rng.random()
        if act < 0.10:
            self._order()
        elif act < 0.20:
            self._say("release")
            self.house.release()
        elif act < 0.70:
            self._hand()
        elif act < 0.76:
            self._cut_or_heal()
        elif act < 0.79:
            name = self.rng.choice(sorted(self.stations))
            self._say(f"crash {name}")
            self.cut.discard(name)
            self.stations[name].crash()
            self._connect(self.stations[name])
        elif act < 0.81:
            self._say("crash hub")
            self.house.crash()
        self._pass_time()

    def _pass_time(self) -> None:
        for sim in self.stations.values():
            sim.step()
        self._deliver()
        self.house.step(crash_between=self.hostile and self.rng.random() < 0.03)
        self._deliver()

    def _order(self) -> None:
        self._orders += 1
        lines = [(sku, self.rng.randint(1, 6)) for sku in self.rng.sample(self.skus, self.rng.randint(1, 3))]
        self._say(f"order {self._orders} {lines}")
        self.house.order(f"O{self._orders}", lines)

    def _cut_or_heal(self) -> None:
        name = self.rng.choice(sorted(self.stations))
        if name in self.cut:
            self.cut.discard(name)
            self._say(f"heal {name}")
            self._connect(self.stations[name])
        else:
            self.cut.add(name)
            self._say(f"cut {name}")
            self.stations[name].connect(False)

    def _connect(self, sim: SimStation) -> None:
        sim.connect(False)
        sim.connect(True)
        for channel in ("ack", "desired"):
            payload = self.retained.get((sim.station.name, channel))
            if payload is not None:
                self._post(sim.station.name, channel, payload)

    # -- hands ---------------------------------------------------------------------------------------------

    def _hand(self, honest: bool = False) -> bool:
        """Somebody does something at a bay: mends an alarm, follows a light, or errs; whether there was anything."""
        sims = sorted(self.stations.values(), key=lambda s: s.station.name)
        self.rng.shuffle(sims)
        busy = False
        for sim in sims:
            lit = sim.lit()
            red = [name for name, (colour, text) in lit.items() if colour == "red" and self._is_new(name, text)]
            if red:
                self._mend(sim, red[0], lit[red[0]][1])
                return True
            busy = busy or any(colour == "red" for colour, _ in lit.values())
            if not honest and self.rng.random() < 0.06:
                return self._reach_wrongly(sim, lit)
            for name, (colour, text) in lit.items():
                if colour not in ("red", "white"):
                    self._follow(sim, name, text, honest)
                    return True
                busy = True
        return busy

    def _is_new(self, name: str, text: str) -> bool:
        """Whether a red light says something that nobody has acted on: a scale is given time to settle."""
        acted = self._acted.get(name)
        return acted is None or acted[0] != text or self.clock_us - acted[1] > PATIENCE_US

    def _follow(self, sim: SimStation, name: str, text: str, honest: bool) -> None:
        if not honest and self.rng.random() < 0.1:
            self._say(f"press {name} by mistake and take it back")
            sim.press(f"confirm {name}")
            sim.hold(f"confirm {name}")
            return
        asked = int(text[1:])
        error = 0 if honest or self.rng.random() > 0.15 else self.rng.choice((-1, 1))
        take = max(0, min(asked + error, sim.units[name]))
        forgets = not honest and self.rng.random() < 0.1
        self._say(f"pick {name} asked {asked} take {take} {'forgets' if forgets else ''}")
        if take:
            sim.move(name, -take)
        for _ in range(asked - take if take < asked and not error else 0):
            sim.press(f"short {name}")
        if not forgets:
            sim.press(f"confirm {name}")

    def _mend(self, sim: SimStation, name: str, text: str) -> None:
        self._acted[name] = (text, self.clock_us)
        hand = int(text[1:].replace(" ", ""))
        if hand > 0:
            hand = min(hand, sim.units[name])
        if hand == 0 or (self.hostile and self.rng.random() < 0.2):
            self._say(f"accept {name} {text}")
            sim.press(f"confirm {name}")
            return
        self._say(f"mend {name} {text}")
        sim.move(name, -hand)

    def _reach_wrongly(self, sim: SimStation, lit: dict[str, tuple[str, str]]) -> bool:
        dark = [name for name, units in sorted(sim.units.items()) if name not in lit and units]
        if not dark:
            return False
        name = self.rng.choice(dark)
        units = self.rng.randint(1, min(3, sim.units[name]))
        self._say(f"wrong bin {name} {units}")
        sim.move(name, -units)
        return True

    # -- the network ---------------------------------------------------------------------------------------

    def _to_hub(self, envelope: Envelope) -> None:
        self._post("hub", "event", encode(envelope), via=envelope.device)

    def _to_station(self, station: str, channel: str, payload: bytes) -> None:
        self.retained[station, channel] = payload
        self._post(station, channel, payload, via=station)

    def _post(self, to: str, channel: str, payload: bytes, via: str = "") -> None:
        copies = 1
        if self.hostile:
            luck = self.rng.random()
            copies = 0 if luck < 0.1 or via in self.cut else 2 if luck < 0.2 else 1
        for _ in range(copies):
            self._number += 1
            delay_us = self.rng.randint(1_000, 900_000) if self.hostile else 1_000
            self.messages.append(Message(self.clock_us + delay_us, self._number, to, channel, payload))

    def _deliver(self) -> None:
        due = sorted(m for m in self.messages if m.due_us <= self.clock_us)
        self.messages = [m for m in self.messages if m.due_us > self.clock_us]
        for message in due:
            self._hash.update(message.payload)
            if message.to == "hub":
                self.house.receive(decode_envelope(message.payload))
            elif message.to not in self.cut:
                self.stations[message.to].receive(message.channel, message.payload)

    # -- what must hold ------------------------------------------------------------------------------------

    def _check(self, *, folds: bool) -> None:
        wrong = self.house.violations(folds=folds)
        for name, sim in self.stations.items():
            held = self.house.committed(name, sim.outbox.journal)
            if sim.outbox.acknowledged > held:
                wrong.append(f"outbox: {name} was told {sim.outbox.acknowledged}, the hub holds {held}")
            relit = sim.relit()
            if relit:
                wrong.append(f"lit: {name} lights {sorted(relit)}, which it has finished itself")
        if wrong:
            self._fail(wrong)

    def _calm(self) -> None:
        """Faults have stopped: people finish what there is, and everything must come right."""
        idle = 0
        for _ in range(CALM_STEPS_MAX):
            self.clock_us += 300_000
            busy = self._hand(honest=True)
            self._pass_time()
            self._check(folds=False)
            drained = all(sim.outbox.unacknowledged == 0 for sim in self.stations.values())
            done = not busy and drained and not any(self.house.unfinished().values())
            idle = idle + 1 if done else 0
            if idle > 12:
                break
        else:
            lit = [sim.lit() for sim in self.stations.values()]
            self._fail([f"stuck: {self.house.unfinished()}, {self.house.set_aside()}, lit {lit}"])
        self._check(folds=True)
        book = self.house.book()
        truth = {name: units for sim in self.stations.values() for name, units in sim.units.items()}
        if book != truth:
            wrong = {name: (truth[name], book[name]) for name in truth if truth[name] != book[name]}
            self._fail([f"truth and book differ: {wrong}"])

    def _say(self, line: str) -> None:
        self._log.append(f"{(self.clock_us - 1_700_000_000_000_000) / 1e6:9.3f}  {line}")
        self._hash.update(line.encode())

    def _fail(self, wrong: list[str]) -> None:
        text = "\n  ".join(wrong[:5])
        raise Violation(f"seed {self.seed} {self._mutant}: {text}\n" + "\n".join(self._log))


def _bay(name: str) -> Station:
    bins = tuple(Bin(name=f"{name}/{n + 1:02d}", channel=n) for n in range(BINS_A_BAY))
    scale = Scale(protocol="bay_line", port="x", division_mg=DIVISION_MG, capacity_mg=60_000_000)
    return Station(
        name=name,
        kind="bay",
        bins=bins,
        strip=Strip(),
        displays=Displays(),
        expanders=Expanders(addresses=(0x20,)),
        scale=scale,
        bay_button_pin=23,
    )


def run_seed(seed: int, mutant: str = "") -> str:
    """Play one seed; its trace. Raises: Violation."""
    fast = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="shelflight-sim-", dir=fast) as name:
        directory = Path(name)
        simulation = Simulation(seed, directory, template(fast), mutant)
        try:
            simulation.run()
        finally:
            for sim in simulation.stations.values():
                sim.outbox.close()
            simulation.house.engine.dispose()
        return simulation.trace


_made: list[Path] = []


def template(fast: Path | None) -> Path:
    """An empty, migrated database to copy; made once a process."""
    if not _made:
        directory = Path(tempfile.mkdtemp(prefix="shelflight-sim-template-", dir=fast))
        atexit.register(shutil.rmtree, directory, True)
        open_database(directory / "hub.db").dispose()
        _made.append(directory / "hub.db")
    return _made[0]
