"""One process at a time on one set of files: a lock that the kernel lets go of, however its holder ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OTHER_DIRECTORY = "End that one first, or name another directory with --data."


class AlreadyRunning(Exception):
    """Another process works on the same files; the text says which, and what to do."""


@contextmanager
def alone(lock: Path, who: str, mend: str = OTHER_DIRECTORY) -> Iterator[None]:
    """Hold a lock file; its directory is made if it is not there.

    Args:
        lock: The file. It stays when the lock is let go of: who removes it would let a third one in.
        who: What runs, as the error names it: "a hub".
        mend: What whoever starts a second one can do.

    Raises:
        AlreadyRunning: another process holds it.
        OSError: the file cannot be opened for writing.

    Source: flock(2): the lock is released when all descriptors of its opening are closed, a killed process's too.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+", encoding="ascii") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"{lock}: expected to run alone, but {who} is running there already{_holder(lock)}. {mend}"
            ) from None
        held.truncate(0)
        held.write(f"{os.getpid()}\n")
        held.flush()
        yield


def _holder(lock: Path) -> str:
    number = lock.read_text("ascii", "replace").strip()
    return f" (process {number})" if number.isdecimal() else ""
