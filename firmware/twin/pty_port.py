"""A serial port that is a pseudo-terminal: the driver opens the one end, the twin speaks at the other."""

import os
import select
import tty


class PtyPort:
    """One pseudo-terminal; ``path`` is what the driver opens."""

    def __init__(self) -> None:
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        os.set_blocking(self._ours, False)
        self.path = os.ttyname(self._theirs)

    @property
    def fd(self) -> int:
        """The twin's end, to wait on."""
        return self._ours

    def send(self, data: bytes) -> None:
        """Send; what the line cannot take now is lost, as on a real line that nobody reads."""
        try:
            os.write(self._ours, data)
        except BlockingIOError:
            return

    def receive(self, timeout_s: float) -> bytes:
        """What the driver sent within the time, or nothing."""
        ready, _, _ = select.select([self._ours], [], [], timeout_s)
        if not ready:
            return b""
        try:
            return os.read(self._ours, 4096)
        except (BlockingIOError, OSError):
            return b""

    def close(self) -> None:
        """Both ends. May be called twice."""
        for fd in (self._ours, self._theirs):
            if fd >= 0:
                os.close(fd)
        self._ours = self._theirs = -1
