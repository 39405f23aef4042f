"""Leading a person through the check of one scale."""

import threading
from collections.abc import Callable
from typing import Protocol

from edge.commissioning.calibration import Listening, Verdict, division_of, grams

REST_WAIT_S = 30.0
"""A scale that does not come to rest within this time does not at all."""
LOOK_S = 0.05
ZERO_WAIT_S = 5.0


class NotAtRest(Exception):
    """The scale says nothing, or nothing at rest; the text says what it says."""


class Scales(Protocol):
    """What calibrating needs of a station's devices."""

    def zero(self, channel: int) -> bool:
        """Let a scale make what lies there its zero; whether it can be told so."""
        ...


class Calibrating:
    """Empty, zero, a known weight, empty again.

    Args:
        scales: The station's devices, started.
        listening: Hears the channel.
        channel: Which.
        say: Tells one line.
        ready: Waits until the person has done what was asked; False if they end it.
        now_us: Monotonic microseconds.
    """

    def __init__(
        self,
        scales: Scales,
        listening: Listening,
        channel: int,
        *,
        say: Callable[[str], None],
        ready: Callable[[str], bool],
        now_us: Callable[[], int],
    ) -> None:
        self._scales = scales
        self._listening = listening
        self._channel = channel
        self._say = say
        self._ready = ready
        self._now_us = now_us
        self._pause = threading.Event()
        """Never set: it is waited for."""

    def run(self, name: str, known_mg: int) -> Verdict | None:
        """Lead through it; None if the person ended it. Raises: NotAtRest."""
        if not self._ready(f"Empty {name}, keep hands off, and press Enter."):
            return None
        zero_mg = self._rest()
        self._say(f"empty: {grams(zero_mg)}")
        zeroed_mg = self._zeroed(zero_mg) if zero_mg else 0
        if not self._ready(f"Lay the known weight of {grams(known_mg)} in {name}, and press Enter."):
            return None
        loaded_mg = self._rest(known_mg, zeroed_mg + known_mg)
        self._say(f"loaded: {grams(loaded_mg)}, {grams(loaded_mg - zeroed_mg - known_mg, signed=True)} off")
        if not self._ready("Take it off again, and press Enter."):
            return None
        returned_mg = self._rest(known_mg, zeroed_mg)
        self._say(f"empty again: {grams(returned_mg)}")
        return Verdict(
            zero_mg=zero_mg,
            zeroed_mg=zeroed_mg,
            loaded_mg=loaded_mg,
            known_mg=known_mg,
            returned_mg=returned_mg,
            step_mg=division_of(self._listening.weights_mg),
            distinct=len(set(self._listening.weights_mg)),
        )

    def _zeroed(self, before_mg: int) -> int:
        """What it shows after it was told to zero; as before where it cannot be told, or does not."""
        if not self._scales.zero(self._channel):
            self._say("its protocol has no command to zero it: press its own button, if it has one")
            return before_mg
        until_us = self._now_us() + round(ZERO_WAIT_S * 1e6)
        while self._now_us() < until_us:
            weight_mg = self._listening.at_rest_mg(self._now_us())
            if weight_mg == 0:
                self._say("zeroed")
                return 0
            self._pause.wait(LOOK_S)
        return self._rest()

    def _rest(self, known_mg: int = 0, about_mg: int = 0) -> int:
        """The weight at rest; where a weight is ``known_mg``, one that is nearer to ``about_mg`` than half of that."""
        until_us = self._now_us() + round(REST_WAIT_S * 1e6)
        told = self._listening.state
        while self._now_us() < until_us:
            weight_mg = self._listening.at_rest_mg(self._now_us())
            if weight_mg is not None and (not known_mg or abs(weight_mg - about_mg) < known_mg / 2):
                return weight_mg
            told = self._listening.state if weight_mg is None else f"at rest at {grams(weight_mg)}"
            self._pause.wait(LOOK_S)
        wanted = f"about {grams(about_mg)} at rest" if known_mg else "a weight at rest"
        raise NotAtRest(f"Expected {wanted} within {REST_WAIT_S:.0f} s, the scale says: {told}.")
