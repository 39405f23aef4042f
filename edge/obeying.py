"""Doing what a command asks, and answering it."""

from collections.abc import Callable

import structlog

from edge.contract.codec import encode
from edge.contract.commands import (
    AnyCommand,
    Identify,
    LocateBin,
    RestartAgent,
    Result,
    ScanSymbol,
    SendPicture,
    result_of,
)
from edge.contract.topics import Channel
from edge.evidence.keeper import Pictures
from edge.pointing import Pointing

_log = structlog.get_logger("agent")


class Obeying:
    """Obeys the hub's one-off requests; none of them is state.

    Args:
        pointing: Leads a person to a light.
        pictures: Gives out what the camera saw.
        scan: Takes what a person's page has read; why it is refused.
        restart: Ends the agent, to be started again.
        publish: The link's publish; whether it took the message.
    """

    def __init__(
        self,
        *,
        pointing: Pointing,
        pictures: Pictures,
        scan: Callable[[ScanSymbol], str],
        restart: Callable[[], None],
        publish: Callable[[Channel, bytes], bool],
    ) -> None:
        self._pointing = pointing
        self._pictures = pictures
        self._scan = scan
        self._restart = restart
        self._publish = publish

    def obey(self, command: AnyCommand, now_us: int) -> None:
        """Do it, and answer; a picture is answered when it has been read off the card."""
        refused = ""
        if isinstance(command, SendPicture):
            self._pictures.send(command, self._answer)
            return
        if isinstance(command, Identify):
            self._pointing.identify(command.seconds, now_us)
        elif isinstance(command, LocateBin):
            refused = self._pointing.locate(command.bin, command.seconds, now_us)
        elif isinstance(command, RestartAgent):
            self._restart()
        else:
            refused = self._scan(command)
        self._answer(result_of(command, refused))

    def _answer(self, result: Result) -> None:
        if not self._publish(Channel.RESULT, encode(result)):
            _log.warning("the link's queue is full: nobody is told that a command was done", command=result.command)
