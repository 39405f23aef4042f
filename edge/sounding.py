"""What a station lets hear: short and high for what was taken, low and twice for what is wrong; else it is silent."""

from collections.abc import Callable, Iterable, Mapping

from edge.contract.events import (
    AlarmRaised,
    BinCounted,
    ButtonPressed,
    ConfirmationUndone,
    Event,
    PrintFailed,
    SymbolScanned,
    UnitsCounted,
    UnitsPicked,
    UnitsPutAway,
)
from edge.contract.signals import Sound
from edge.contract.state import Prompt
from firmware.errors import FirmwareError

BUZZER = "buzzer"
"""The name of the buzzer among the parts."""

NOTES: Mapping[Sound, tuple[tuple[int, int], ...]] = {
    "confirmed": ((2_700, 60),),
    "undone": ((1_350, 80), (2_700, 60)),
    "alarm": ((400, 150), (0, 100), (400, 150)),
}
"""Each sound as (hertz, milliseconds); 0 Hz is a rest. 2.7 kHz is where small piezo buzzers are loudest [?]; the low
one is told from it by any ear, also by one that has lost its high tones."""

RANK: tuple[Sound, ...] = ("confirmed", "undone", "alarm")
"""A sound is cut short only by one that stands no further to the left."""

_OF_EVENT: Mapping[type[Event], Sound] = {
    UnitsPicked: "confirmed",
    UnitsPutAway: "confirmed",
    BinCounted: "confirmed",
    UnitsCounted: "confirmed",
    ButtonPressed: "confirmed",
    SymbolScanned: "confirmed",
    ConfirmationUndone: "undone",
    AlarmRaised: "alarm",
    PrintFailed: "alarm",
}


RETRY_FIRST_US = 1_000_000
RETRY_MAX_US = 30_000_000
"""A buzzer that failed is told to be silent again after this long, then twice as late each time, up to this."""


class Sounding:
    """Plays sounds in time; between them it wakes nobody.

    Args:
        tone: Sounds at a frequency (hertz; 0 is silence). Raises: FirmwareError, OSError.
        sounds: Those that may be heard.
        on_health: Called with (part, ok, detail) when the buzzer fails or works again.
        now_us: Monotonic microseconds.
    """

    def __init__(
        self,
        tone: Callable[[int], None],
        sounds: Iterable[Sound],
        on_health: Callable[[str, bool, str], None],
        now_us: Callable[[], int],
    ) -> None:
        self._tone = tone
        self._sounds = frozenset(sounds)
        self._on_health = on_health
        self._now_us = now_us
        self._playing: Sound | None = None
        self._left: tuple[tuple[int, int], ...] = ()
        self._step = ""
        self._well: bool | None = None
        """None: not known yet in this run."""
        self._retry_us = RETRY_FIRST_US
        self.wake_us: int | None = None
        """When the next note is due, or the next try to be silent; None while it is silent."""

    def start(self) -> None:
        """Be silent: then it is known, and told, whether the buzzer works."""
        if self._sounds:
            self._sound(0)

    def close(self) -> None:
        """Be silent from now on, whatever was playing."""
        if self.wake_us is not None:
            self._playing, self._left, self.wake_us = None, (), None
            self._sound(0)
            self.wake_us = None

    def told(self, events: Iterable[Event]) -> None:
        """Facts were recorded: the weightiest of what they let hear is heard."""
        found = [sound for event in events if (sound := _OF_EVENT.get(type(event))) is not None]
        if found:
            self._begin(max(found, key=RANK.index))

    def asked(self, prompt: Prompt | None) -> None:
        """What a bench asks now: a new question that warns is heard."""
        step = "" if prompt is None else prompt.step
        if step != self._step:
            self._step = step
            if prompt is not None and prompt.tone in ("warn", "alarm"):
                self._begin("alarm")

    def play(self) -> None:
        """The next note, if it is due."""
        now_us = self._now_us()
        if self.wake_us is None or now_us < self.wake_us:
            return
        if not self._left:
            self._playing, self.wake_us = None, None
            self._sound(0)
            return
        (hz, ms), *rest = self._left
        self._left, self.wake_us = tuple(rest), now_us + 1_000 * ms
        self._sound(hz)

    def _begin(self, sound: Sound) -> None:
        if sound not in self._sounds:
            return
        if self._playing is None or RANK.index(sound) >= RANK.index(self._playing):
            self._playing, self._left, self.wake_us = sound, NOTES[sound], self._now_us()
            self.play()

    def _sound(self, hz: int) -> None:
        try:
            self._tone(hz)
        except (FirmwareError, OSError) as error:
            # a tone that could not be ended sounds on: silence is tried until it is taken
            self._playing, self._left, self.wake_us = None, (), self._now_us() + self._retry_us
            self._retry_us = min(2 * self._retry_us, RETRY_MAX_US)
            if self._well is not False:
                self._well = False
                self._on_health(BUZZER, False, str(error))
        else:
            self._retry_us = RETRY_FIRST_US
            if self._well is not True:
                self._well = True
                self._on_health(BUZZER, True, "")
