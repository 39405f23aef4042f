"""A demo in a process of its own, for tests of how it begins and ends."""

import re
import signal
import subprocess
import sys
from pathlib import Path

from tests.waiting import wait_until

START_TIMEOUT_S = 60.0


class LiveDemo:
    """``shelflight demo`` of one order, in a directory; it plays so slowly that it is not over by itself.

    Args:
        directory: For ``--data``.
        words: Further options.
        out: Where its output goes instead of a file beside the directory: a terminal.
    """

    def __init__(self, directory: Path, *words: object, out: int | None = None) -> None:
        self.directory = directory
        self._log = directory.with_name(f"{directory.name}.log")
        options = ["--orders", "1", "--data", str(directory), *map(str, words)]
        if "--speed" not in options:
            options += ["--speed", "1"]
        command = [sys.executable, "-m", "hub.run", "demo", *options]
        if out is not None:
            # the terminal becomes its own, so that the kernel tells it when the terminal is closed
            command = ["setsid", "--ctty", *command]
            self.process = subprocess.Popen(command, stdin=out, stdout=out, stderr=out)
        else:
            with self._log.open("ab") as log:
                self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    @property
    def said(self) -> str:
        """Everything that it printed."""
        return self._log.read_text("utf-8")

    def urls(self) -> tuple[str, str]:
        """The dashboard's address and that of the visitor's page; waits until they are up."""
        self.wait_said("fourth picker: http")
        dashboard, visitor = re.findall(r": +(http://\S+)", self.said)[:2]
        return dashboard, visitor

    def wait_said(self, words: str) -> None:
        """Wait until it has printed this."""
        wait_until(lambda: words in self.said or self.process.poll() is not None, START_TIMEOUT_S, f"it says {words}")
        assert words in self.said, self.said

    def children(self) -> dict[int, str]:
        """The commands by number of all processes that work in its directory, but for itself."""
        mine = f"{self.directory}/"
        return {n: command for n, command in commands().items() if n != self.process.pid and mine in command}

    def child(self, words: str) -> int | None:
        """The number of the process of its own whose command holds these words, if there is one."""
        return next((n for n, command in self.children().items() if words in command), None)

    def end(self, sign: signal.Signals, timeout_s: float = 30.0) -> int:
        """Tell it to end; the exit code."""
        self.process.send_signal(sign)
        return self.process.wait(timeout_s)

    def close(self) -> None:
        """Leave nothing behind, however the test went. May be called twice."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def commands() -> dict[int, str]:
    """The command line of every process by its number."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                found[int(entry.name)] = (
                    (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                )
            except OSError:
                continue  # it has ended meanwhile
    return found
