"""An ear beside a station: from tones, moment by moment, to the sounds that they are."""

from edge.contract.signals import Sound
from edge.sounding import NOTES

TONES: dict[Sound, tuple[int, ...]] = {sound: tuple(hz for hz, _ in notes if hz) for sound, notes in NOTES.items()}
"""The tones of each sound without their rests; none begins with another one whole."""


class Ear:
    """Remembers the tones that have sounded until they are a sound."""

    def __init__(self) -> None:
        self._tones: tuple[int, ...] = ()
        self._now_hz = 0
        self.last: Sound | None = None
        """What was heard last."""
        self.times = 0
        """How many sounds were heard."""

    def hear(self, hz: int) -> None:
        """What sounds now; 0 is silence."""
        if hz == self._now_hz:
            return
        self._now_hz = hz
        if not hz:
            return
        self._tones = (*self._tones, hz)
        while self._tones and not any(tones[: len(self._tones)] == self._tones for tones in TONES.values()):
            self._tones = self._tones[1:]
        found = next((sound for sound, tones in TONES.items() if tones == self._tones), None)
        if found is not None:
            self.last, self.times, self._tones = found, self.times + 1, ()
