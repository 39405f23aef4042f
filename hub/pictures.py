"""The hub's copies of stations' pictures: fetched when a person asks for one, and by itself those of exceptions and of
returned goods that wait to be graded.

Threads: :meth:`Pictures.show` waits on whichever thread asks; :meth:`Pictures.fetch_wanted` is the timer's and waits
for nothing. Copies are written by the writer.
"""

from collections.abc import Callable
from concurrent.futures import Future

import structlog
from sqlalchemy import Connection, Engine

from edge.contract.commands import PICTURE_BYTES_MAX, Result, SendPicture
from hub.asking import Asking, NotAsked
from hub.storage import pictures
from hub.storage.pictures import Copy
from hub.storage.writer import Actor, Writer, WriterStopped

SHOW_WAIT_S = 5.0
"""How long a person waits for a station to send a picture."""
FETCH_MAX = 4
"""So many pictures are asked for at once by itself."""
FETCH_EXPIRES_S = 10
WANTED_MAX = 1_000
"""So many wanted pictures are looked through for some whose stations are there."""
KEEP_WAIT_S = 5.0
JPEG_START = b"\xff\xd8\xff"
_log = structlog.get_logger("pictures")


class NoPicture(LookupError):
    """There is no such picture, and why."""


class NotNow(Exception):
    """The picture may be there, but cannot be had now, and why."""


class Pictures:
    """Shows pictures, and keeps copies of some.

    Args:
        engine: What is read with.
        writer: Writes copies down.
        asking: Asks the stations.
        new_id: Makes a command's id.
    """

    def __init__(self, engine: Engine, writer: Writer, asking: Asking, new_id: Callable[[], str]) -> None:
        self._engine = engine
        self._writer = writer
        self._asking = asking
        self._new_id = new_id
        self._under_way: set[str] = set()

    def show(self, name: str) -> bytes:
        """The JPEG of a picture, from the hub's copy or from its station.

        Raises:
            NoPicture: nothing points to such a picture, or its station does not have it (any more).
            NotNow: its station is away or does not answer.
        """
        with self._engine.begin() as connection:
            known = self._copy(connection, name)
        if known is None:
            command = SendPicture(command=self._new_id(), picture=name.partition("/")[2])
            try:
                result = self._asking.wait(name.partition("/")[0], command, SHOW_WAIT_S)
            except (NotAsked, TimeoutError) as error:
                raise NotNow(str(error)) from error
            known = copy_from(result)
            if known is None:
                raise NotNow(result.detail)
            self._keep(name, known)
        if known.body is None:
            raise NoPicture(known.detail)
        return known.body

    def _copy(self, connection: Connection, name: str) -> Copy | None:
        """What is known of it. Raises: NoPicture, nothing points to it: a station is not asked for just anything."""
        known = pictures.copy_of(connection, name)
        if known is None and not pictures.is_named(connection, name):
            raise NoPicture(f"Expected a picture that an exception or a movement names, got '{name[:80]}'.")
        return known

    def fetch_wanted(self) -> int:
        """Ask for pictures of open exceptions and of returns that are not graded; how many were asked for."""
        self._asking.expire()
        under_way = len(self._under_way)
        with self._engine.begin() as connection:
            wanted = pictures.wanted(connection, WANTED_MAX)
        asked, away = 0, set[str]()
        for name in wanted:
            if asked + under_way >= FETCH_MAX:
                break
            station = name.partition("/")[0]
            if name in self._under_way or station in away:
                continue
            if self._fetch(name):
                asked += 1
            else:
                away.add(station)
        return asked

    def _fetch(self, name: str) -> bool:
        station, _, picture = name.partition("/")
        command = SendPicture(command=self._new_id(), picture=picture)
        try:
            done = self._asking.ask(station, command, FETCH_EXPIRES_S)
        except NotAsked:
            return False  # it is looked for again in a while
        self._under_way.add(name)

        def came(done: "Future[Result]") -> None:
            self._under_way.discard(name)
            copy = None if done.exception() is not None else copy_from(done.result())
            if copy is not None:  # else it is asked for again in a while
                self._keep(name, copy)

        done.add_done_callback(came)
        return True

    def _keep(self, name: str, copy: Copy) -> None:
        try:
            done = self._writer.submit(
                Actor("hub", "picture", name),
                lambda tx: pictures.keep(tx, name, copy.body, copy.detail),
                wait_s=KEEP_WAIT_S,
            )
        except WriterStopped as error:
            _log.error("a picture was not kept; it is asked for again", error=str(error))
            return
        done.add_done_callback(_kept)


def copy_from(result: Result) -> Copy | None:
    """What a station's answer says of a picture; None if it may be asked again."""
    if result.outcome == "failed":
        return None
    if result.outcome == "refused":
        return Copy(None, result.detail or "The station does not have this picture.")
    if not result.body.startswith(JPEG_START) or len(result.body) > PICTURE_BYTES_MAX:
        return Copy(None, f"Expected a JPEG of at most {PICTURE_BYTES_MAX} bytes, got {len(result.body)} bytes.")
    return Copy(result.body, "")


def _kept(done: "Future[None]") -> None:
    if (failure := done.exception()) is not None:
        _log.error("a picture was not kept; it is asked for again", error=str(failure))
