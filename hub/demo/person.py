"""What every person of the demo can do: walk, hold something before a camera until the screen goes on, press."""

import random
import threading
import time

import structlog

from edge.contract.hands import Seen
from edge.contract.state import Prompt
from hub.demo.floor import SCAN_S, Floor
from hub.demo.hands import Hands, HandsGone

PATIENCE_S = 4.0
"""How long somebody waits for a screen or a light before they try again."""
LABEL_WAIT_S = 4.0
"""Who waits for a label looks into the printer's tray for so long before it is asked for again."""
_log = structlog.get_logger("people")


class Person:
    """Someone on the floor, on a thread of their own.

    Args:
        floor: What all share.
        name: Who they are.
        rng: Their own luck.
        at: The station where they start.
    """

    def __init__(self, floor: Floor, name: str, rng: random.Random, at: str) -> None:
        self.floor = floor
        self.name = name
        self.rng = rng
        self.at = at
        self.busy = False
        self._stuck_on: tuple[str, str] | None = None
        """A number, and the label that carries it on what is in hand, until the screen asks for it no more."""
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin the day."""
        self._thread.start()

    def join(self, timeout_s: float) -> None:
        """Wait until they have gone home."""
        self._thread.join(timeout_s)

    def work(self) -> bool:
        """Do one thing, if there is one to do; whether there was."""
        raise NotImplementedError

    def walk_to(self, place: str) -> None:
        """Walk."""
        self.floor.spend(self.floor.distance_m(self.at, place) / 1.3)
        self.at = place

    def show_until_next(self, hands: Hands, text: str, symbology: str = "Code128") -> Prompt | None:
        """Hold a symbol before the camera until the screen asks something else; the new prompt, None in vain."""
        before = _step(hands.seen)
        hands.show(text, symbology)
        after = self.next_prompt(hands, before)
        hands.show_nothing()
        return after

    def press_until_next(self, hands: Hands, control: str) -> Prompt | None:
        """Press a button and wait until the screen asks something else."""
        before = _step(hands.seen)
        hands.press(control)
        return self.next_prompt(hands, before)

    def next_prompt(self, hands: Hands, before: str) -> Prompt | None:
        """Wait until the screen asks something other than step ``before``."""
        if hands.wait_seen(lambda seen: _step(seen) not in ("", before), PATIENCE_S):
            return hands.seen.prompt
        return None

    def stick_label(self, hands: Hands, prompt: Prompt) -> None:
        """Stick on the label that the screen asks for by its number and show it: once, for it may be asked again."""
        number = prompt.lines[0]
        if self._stuck_on is None or self._stuck_on[0] != number:
            self._stuck_on = self._from_tray(hands, number)
        if self._stuck_on is None:
            self.press_until_next(hands, "problem")  # none has come: it is printed again
            return
        self.floor.spend(SCAN_S)
        hands.show_label(self._stuck_on[1])
        self.next_prompt(hands, prompt.step)
        hands.show_nothing()

    def labelled(self, prompt: Prompt) -> str | None:
        """The number of the label that was stuck on, once the screen does not ask for it any more; told once."""
        if self._stuck_on is None or self._stuck_on[0] in prompt.lines:
            return None
        number, self._stuck_on = self._stuck_on[0], None
        return number

    def answer_count(self, hands: Hands, units: int) -> Prompt | None:
        """Set the number on a bench's display and confirm it."""
        hands.wait_seen(lambda seen: seen.prompt is not None and seen.prompt.ask == "count", PATIENCE_S)
        for _ in range(200):
            shown = hands.seen.count_shown
            if shown == units:
                break
            hands.press("plus" if shown < units else "minus", 15)
            hands.wait_seen(lambda seen, was=shown: seen.count_shown != was, 0.5)  # type: ignore[misc]
        return self.press_until_next(hands, "confirm")

    def _from_tray(self, hands: Hands, number: str) -> tuple[str, str] | None:
        """Wait for the label with this number, throwing away others; (number, label), None if it does not come."""
        while hands.wait_seen(lambda seen: seen.labels_waiting > 0, LABEL_WAIT_S):
            label = hands.take_label()
            if label is not None and number in label.zpl:
                return number, label.label
        return None

    def _run(self) -> None:
        try:
            while not self.floor.stop.is_set():
                self.busy = True
                worked = self._try()
                self.busy = worked
                if not worked:
                    self.floor.stop.wait(0.05)
        except HandsGone:
            return

    def _try(self) -> bool:
        try:
            return self.work()
        except HandsGone:
            raise
        except Exception:  # noqa: BLE001 - a person who stumbles gets up again; the log says over what
            _log.exception("stumbled", who=self.name)
            time.sleep(0.2)
            return False


def _step(seen: Seen) -> str:
    return "" if seen.prompt is None else seen.prompt.step
