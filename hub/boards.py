"""Which board may go by a station's name: asked of the database when one turns up, and told to all that go by it.

Threads: :meth:`Boards.heard` on the network thread; what follows on the writer's, once it is committed.
"""

from collections.abc import Callable
from concurrent.futures import Future

import structlog

from edge.contract import codec
from edge.contract.state import Holder, Presence
from edge.contract.topics import Channel
from hub.link.broker import OutgoingFull
from hub.live import Live
from hub.storage.boards import claim_name, holder_of
from hub.storage.transaction import Tx
from hub.storage.writer import Actor, Writer

CLAIM_WAIT_S = 5.0
"""A claim waits this long for room in the writer's queue; its facts carry it too."""
_log = structlog.get_logger("boards")


class Boards:
    """Lets one board at a time be a station.

    Args:
        writer: Writes down who has the name.
        live: Shows stations as they come and go.
        publish: To a station: (device, channel, payload). Raises: OutgoingFull.
    """

    def __init__(self, writer: Writer, live: Live, publish: Callable[[str, Channel, bytes], None]) -> None:
        self._writer = writer
        self._live = live
        self._publish = publish
        self._has_it: dict[str, str] = {}
        """The board that has each station's name, as far as it is known since the start."""

    def speaks_for(self, device: str, board: str) -> bool:
        """Whether what a board reports is what is true of the station; an older one does not say which board it is."""
        return not board or self._has_it.get(device, board) == board

    def heard(self, device: str, presence: Presence) -> None:
        """A board came or went under a station's name."""
        if not presence.board or not presence.online:
            self._live.on_presence(device, presence)  # the will of a board without the name is of another session
            return

        def claim(tx: Tx) -> tuple[bool, Holder]:
            has_name = claim_name(tx, device, presence.board, presence.claim)
            held = holder_of(tx.connection, device)
            assert held is not None, "who claims a name that nobody has gets it"
            return has_name, Holder(board=held[0], claim=held[1])

        done = self._writer.submit(Actor(device, "board", presence.board), claim, wait_s=CLAIM_WAIT_S)
        done.add_done_callback(lambda done: self._claimed(device, presence, done))

    def _claimed(self, device: str, presence: Presence, done: "Future[tuple[bool, Holder]]") -> None:
        if (failure := done.exception()) is not None:
            _log.error("which board has a name is asked when it connects again", station=device, why=str(failure))
            return
        has_name, holder = done.result()
        self._has_it[device] = holder.board
        try:
            self._publish(device, Channel.HOLDER, codec.encode(holder))
            if not has_name:
                _log.error("two boards under one name", station=device, has_it=holder.board, shut_out=presence.board)
                self._say_who_is_there(device, holder)
        except OutgoingFull as error:
            _log.error("a board was not told who has its name; told when it connects again", error=str(error))
        if has_name:
            self._live.on_presence(device, presence)

    def _say_who_is_there(self, device: str, holder: Holder) -> None:
        """The presence that the broker keeps is the stranger's now: put back that of the board with the name."""
        station = self._live.stations.get(device)
        if station is not None:
            there = Presence(online=station.online, session=station.session, board=holder.board, claim=holder.claim)
            self._publish(device, Channel.PRESENCE, codec.encode(there))
