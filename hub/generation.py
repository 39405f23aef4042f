"""Whether this database was restored from a backup: the stations know more of it than it knows itself.

A hub acknowledges only what it has committed, and publishes only versions that it has read. A station that obeys an
acknowledgement or a version which this database does not hold heard it from a later state of it. A new generation
begins then: stations send again from where this database stands, and take its desired state for the newer one.

Threads: :meth:`Generations.doubts` on the network thread and :meth:`Generations.read` on the publisher's only compare
with memory; :meth:`Generations.check` is a job of the writer.
"""

from collections.abc import Iterable

from edge.contract.state import Ack, Reported
from hub.storage import floor, inbox, setup
from hub.storage.transaction import Tx


class Generations:
    """Looks at what stations report, and begins a new generation when it must.

    Args:
        generation: The database's.
        version: Its newest change.
        stations: Who is told where a new generation stands.
    """

    def __init__(self, generation: int, version: int, stations: Iterable[str]) -> None:
        self.current = generation
        self._version = version
        self._stations = tuple(stations)
        self._held: dict[str, Ack] = {}

    def read(self, version: int) -> None:
        """A desired state of this version is about to be published."""
        self._version = max(self._version, version)

    def held(self, device: str, ack: Ack) -> None:
        """Everything up to here is committed; called before a station is told."""
        self._held[device] = ack

    def doubts(self, device: str, reported: Reported) -> bool:
        """Whether a station reports anything that is not known to be held: the database must be asked."""
        desired = (reported.desired_generation, reported.desired_version)
        if desired > (self.current, self._version):
            return True
        ack, held = reported.acknowledged, self._held.get(device)
        if ack is None or ack.generation < self.current:
            return False
        if ack.generation > self.current:
            return True
        return ack.seq > 0 and (held is None or ack.journal != held.journal or ack.seq > held.seq)

    def check(self, tx: Tx, device: str, reported: Reported) -> tuple[int, list[tuple[str, Ack]]]:
        """Ask the database, and begin a new generation in it if it was restored.

        Returns the generation, and what each station is to be told of it (nothing if it is the old one). It is in
        force once this is committed and :meth:`begin` was called.
        """
        current = setup.generation(tx)
        ack = reported.acknowledged
        newest = max(reported.desired_generation, 0 if ack is None else ack.generation)
        restored = (reported.desired_generation, reported.desired_version) > (current, floor.version(tx.connection))
        if ack is not None and ack.generation >= current:
            mark = inbox.watermark(tx.connection, device, ack.journal)
            restored = restored or ack.generation > current or ack.seq > mark
            if not restored:
                self._held[device] = Ack(generation=current, journal=ack.journal, seq=mark)
        if not restored:
            return current, []
        generation = max(current, newest) + 1
        setup.set_generation(tx, generation)
        told = []
        for station in self._stations:
            known = inbox.current_journal(tx.connection, station)
            if known is not None:
                told.append((station, Ack(generation=generation, journal=known[0], seq=known[1])))
        if ack is not None and inbox.current_journal(tx.connection, device) is None:
            told.append((device, Ack(generation=generation, journal=ack.journal, seq=0)))
        return generation, told

    def begin(self, generation: int) -> None:
        """A generation is committed: it is in force."""
        self.current = generation
        self._held.clear()
