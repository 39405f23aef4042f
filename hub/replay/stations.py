"""Stations of the replay: what each has to say goes into an envelope of the contract and straight to the hub's intake,
and what it should show is the desired state that the hub would publish."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future

import msgspec

from edge.contract.codec import decode_desired, encode
from edge.contract.events import Envelope, Event, Recorded, SymbolScanned
from edge.contract.state import Ack, BayDesired, BenchDesired, Prompt
from hub.hub import Hub

ANSWER_WAIT_S = 120.0
"""So long the writer may take for what was queued: a delivery of hundreds of lines on a slow disk needs seconds."""
JOURNAL = "7265706c617900000000000000000000"
"""The journal of every station: each has one outbox from the first day to the last."""
BOOT = "replay"


class NotTaken(RuntimeError):
    """The hub did not take what a station said; the replay cannot go on."""


class Stuck(RuntimeError):
    """A station asks for what nobody on this floor can answer: what was expected, what it shows."""


class Stations:
    """All stations of the floor.

    Args:
        hub: It takes what they say.
        now_us: Their clocks, all right to the microsecond.
    """

    def __init__(self, hub: Hub, now_us: Callable[[], int]) -> None:
        self._hub = hub
        self._now_us = now_us
        self._seqs: dict[str, int] = {}
        self._queued: list[tuple[str, int, Future[Ack]]] = []
        self.facts = 0
        """Facts told until now."""

    def tell(self, station: str, events: Iterable[Event]) -> None:
        """Queue facts of a station as one envelope; the hub takes it while others are told."""
        seq = self._seqs.get(station, 0)
        recorded = []
        for event in events:
            seq += 1
            recorded.append(
                Recorded(
                    seq=seq,
                    wall_us=self._now_us(),
                    monotonic_us=seq,
                    boot_id=BOOT,
                    clock_synced=True,
                    event=msgspec.Raw(encode(event)),
                )
            )
        self._seqs[station] = seq
        self.facts += len(recorded)
        envelope = Envelope(device=station, journal=JOURNAL, events=tuple(recorded))
        self._queued.append((station, seq, self._hub.take(envelope)))

    def wait(self) -> None:
        """Wait until everything that was told is committed. Raises: NotTaken."""
        queued, self._queued = self._queued, []
        for station, seq, done in queued:
            ack = done.result(ANSWER_WAIT_S)
            if ack.seq != seq:
                raise NotTaken(f"{station}: expected its facts to be taken up to {seq}, got up to {ack.seq}.")

    def bays(self, stations: Sequence[str]) -> list[BayDesired]:
        """What several bays should show at one moment, as it would come to them."""
        states = []
        for station, (_, payload) in zip(stations, self._hub.desired_of(stations), strict=True):
            state = decode_desired(payload)
            assert isinstance(state, BayDesired), f"{station} is a bay"
            states.append(state)
        return states

    def benches(self, stations: Sequence[str]) -> list[BenchDesired]:
        """What several benches should show at one moment, as it would come to them."""
        states = []
        for station, (_, payload) in zip(stations, self._hub.desired_of(stations), strict=True):
            state = decode_desired(payload)
            assert isinstance(state, BenchDesired), f"{station} is a bench"
            states.append(state)
        return states

    def prompt(self, station: str) -> Prompt:
        """What a bench asks now. Raises: Stuck, it asks nothing."""
        return self.asked(station, self.benches([station])[0])

    @staticmethod
    def asked(station: str, state: BenchDesired) -> Prompt:
        """What a bench asks in a state. Raises: Stuck, it asks nothing."""
        if state.prompt is None:
            raise Stuck(f"{station}: expected a question, it shows none.")
        return state.prompt

    @staticmethod
    def scanned(asked: Prompt, symbol: str) -> SymbolScanned:
        """A symbol that is shown to a bench, in answer to what it asks."""
        return SymbolScanned(step=asked.step, text=symbol, symbology="Code128", aim="]C1", source="scanner")
