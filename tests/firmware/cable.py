"""A USB serial cable that is pulled and put back."""

from pathlib import Path

from firmware.twin.pty_port import PtyPort


class Cable:
    """A USB serial port: a stable name for a pseudo-terminal that comes and goes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pty: PtyPort | None = None

    def plug(self) -> PtyPort:
        """The device is there, as a new one under the old name."""
        self.pty = PtyPort()
        self.path.symlink_to(self.pty.path)
        return self.pty

    def unplug(self) -> None:
        """The device and its name are gone."""
        if self.pty is not None:
            self.path.unlink()
            self.pty.close()
            self.pty = None
