"""A terminal for hands: acts are typed line by line, and what is seen is told as it changes."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from edge.contract.hands import Inventory, Label, Look, Place, Refused, Seen, Show, There, Watch
from edge.hands_client import HandsClient, NoHands
from edge.hands_words import HELP, NotUnderstood, carried, changes, requests_of, seconds_of


class HandsTerminal:
    """Somebody's hands and eyes at one simulated station.

    Args:
        acting: A connection to act over.
        watching: Another one to look over.
        typed: Where acts are typed.
        say: Tells one line; may be called from two threads.
    """

    def __init__(self, acting: HandsClient, watching: HandsClient, typed: TextIO, say: Callable[[str], None]) -> None:
        self._acting = acting
        self._watching = watching
        self._typed = typed
        self._say = say
        self._well = True
        self._over = False
        self._ended = threading.Event()
        """Never set: it is waited for."""

    def run(self) -> bool:
        """Act until there are no more lines or "quit"; whether every act was understood and done.

        Raises: NoHands, the station has gone.
        """
        there = self._acting.do(Inventory())
        assert isinstance(there, There)
        parts = "".join(f", a {part}" for part in there.parts)
        self._say(f"{there.station}: {len(there.controls)} buttons, {len(there.scales)} scales{parts}. Try: help")
        first = self._watching.do(Watch())
        assert isinstance(first, Seen)
        self._tell(None, first)
        eyes = threading.Thread(target=self._watch, args=(first,), name="eyes", daemon=True)
        eyes.start()
        try:
            for line in self._typed:
                if line.strip() == "quit":
                    break
                if line.strip() and not line.startswith("#"):
                    self._act(line, there)
        finally:
            self._over = True
            with suppress(OSError):
                self._watching.shut()
            eyes.join(1)
        return self._well

    def _act(self, line: str, there: There) -> None:
        act, _, rest = line.strip().partition(" ")
        if act == "help":
            self._say(HELP)
            return
        try:
            if act == "wait":
                self._ended.wait(seconds_of(rest))
                return
            placed: list[Place] = []
            for request in requests_of(line, there):
                reply = self._acting.do(request)
                if isinstance(reply, Label):
                    self._say(f"label {reply.label}:\n{reply.zpl}")
                    reply = self._acting.do(Show(label=reply.label))
                if isinstance(reply, Refused):
                    self._well = False
                    self._say(reply.why)
                    return
                if isinstance(request, Look) and isinstance(reply, Seen):
                    self._tell(None, reply)
                if isinstance(request, Place):
                    placed.append(request)
            for words in carried(placed):
                self._say(f"  {words}")
        except NotUnderstood as error:
            self._well = False
            self._say(str(error))

    def _watch(self, before: Seen) -> None:
        while True:
            try:
                now = self._watching.next_reply(None)
            except NoHands as error:
                if not self._over:
                    self._say(str(error))
                return
            if isinstance(now, Seen):
                self._tell(before, now)
                before = now

    def _tell(self, before: Seen | None, now: Seen) -> None:
        lines = changes(before, now)
        if lines or before is None:
            self._say("\n".join(f"  {line}" for line in lines or ["nothing is lit"]))
