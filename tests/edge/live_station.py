"""Real processes for system tests: a broker on a free port, and stations started by their command."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.waiting import wait_until


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


class LiveBroker:
    """A mosquitto of our own on loopback."""

    def __init__(self, directory: Path) -> None:
        program = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin")
        if program is None:
            pytest.skip("mosquitto is not installed")
        self._program = program
        self.port = free_port()
        self._config = directory / "mosquitto.conf"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\npersistence false\n", "ascii"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen([self._program, "-c", self._config], stderr=subprocess.DEVNULL)
        wait_until(self._listens, 10, "the broker listens")

    def _listens(self) -> bool:
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """End it as a power cut would. May be called twice."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class LiveStation:
    """One simulated station in a process of its own."""

    def __init__(self, site: Path, name: str, broker_port: int, work: Path) -> None:
        self._command = [
            *(sys.executable, "-c", "from edge.cli import main; main()", "run", "--simulate"),
            *("--station", name, "--site", str(site), "--data", str(work / "data")),
            *("--hands", str(work / "run"), "--broker", f"127.0.0.1:{broker_port}"),
        ]
        self._log = work / f"{name}.log"
        self.socket = work / "run" / f"{name}.sock"
        self.outbox = work / "data" / f"{name}.db"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stderr=log)

    def kill(self) -> None:
        """kill -9. May be called twice."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def end(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to end; the exit code."""
        assert self._process is not None
        self._process.send_signal(sign)
        code = self._process.wait(10)
        self._process = None
        return code

    def wait(self, timeout_s: float) -> int:
        """Wait for it to end by itself; the exit code."""
        assert self._process is not None
        code = self._process.wait(timeout_s)
        self._process = None
        return code

    def remembers(self, key: str) -> bytes:
        """What the station's durable memory holds under a key, read from its file."""
        with closing(sqlite3.connect(f"file:{self.outbox}?mode=ro", uri=True)) as db:
            row = db.execute("SELECT value FROM memory WHERE key = ?", (key,)).fetchone()
        return b"" if row is None else bytes(row[0])

    @property
    def said(self) -> str:
        """Everything on its stderr."""
        return self._log.read_text("utf-8") if self._log.exists() else ""

    @property
    def rss_kib(self) -> int:
        """Resident memory of the process."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
