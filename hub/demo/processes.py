"""The demo's processes: the broker, the hub, one agent a station; one that dies is started again, as systemd would.

None outlives the demo: :mod:`hub.demo.guard` ends them when the demo is killed.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

RESTART_S = 0.5
STOP_TIMEOUT_S = 6.0
LAST_BYTES = 4000
"""A log's last line is looked for in so much of it."""
MOSQUITTO_PLACES = ("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/sbin/mosquitto")


class ProgramMissing(Exception):
    """A program that the demo needs is not installed."""


def find_mosquitto(places: Sequence[str] = MOSQUITTO_PLACES) -> str:
    """Where mosquitto is, in the PATH or at one of ``places``: Debian puts it outside a user's PATH.

    Raises:
        ProgramMissing: it is nowhere.
    """
    found = shutil.which("mosquitto") or next((p for p in places if Path(p).exists()), None)
    if found is None:
        raise ProgramMissing("Expected the MQTT broker mosquitto, found none: apt-get install mosquitto.")
    return found


def broker_config(port: int, data: Path) -> str:
    """mosquitto's configuration: loopback, no delay, retained messages kept on disk."""
    return (
        f"listener {port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n"
        f"persistence true\npersistence_location {data}/\nautosave_interval 5\nmax_queued_messages 100000\n"
        "log_type error\nlog_type warning\n"
    )


@dataclass
class Child:
    """One process of ours."""

    name: str
    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    ended: int | None = None
    """How it ended when it last ended by itself; negative: by which signal."""
    peak_kib: int = 0


@dataclass
class Processes:
    """Starts, watches and stops processes; each is stopped by its own id."""

    directory: Path
    children: dict[str, Child] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _watcher: threading.Thread | None = None
    _guard: subprocess.Popen[bytes] | None = None

    def add(self, name: str, command: Sequence[str]) -> None:
        """Start a process and keep it running."""
        log = self.directory / "log" / f"{name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        child = Child(name, command, log)
        with self._lock:
            self._start(child)
            self.children[name] = child
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)
            self._watcher.start()

    def ended(self) -> list[str]:
        """Of each process that has ended by itself: its name, how it ended, its log's last line."""
        with self._lock:
            self._look()
            found = [(c.name, c.ended) for c in self.children.values() if c.ended is not None]
        return [f"{name} {_how(code)}: {self.last_line(name)}" for name, code in found]

    def last_line(self, name: str) -> str:
        """The last line of a process's log."""
        with self.children[name].log.open("rb") as log:
            log.seek(max(0, log.seek(0, 2) - LAST_BYTES))
            lines = log.read().decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "(nothing in its log)")

    def kill(self, name: str) -> None:
        """Kill a process without a word (SIGKILL); it is started again."""
        process = self.children[name].process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """Stop all: first asked (SIGTERM), then killed. May be called twice."""
        self._stop.set()
        with self._lock:
            running = [c for c in self.children.values() if c.process is not None and c.process.poll() is None]
            self._measure()
            for child in running:
                assert child.process is not None
                child.process.send_signal(signal.SIGTERM)
            deadline = time.monotonic() + STOP_TIMEOUT_S
            for child in running:
                assert child.process is not None
                try:
                    child.process.wait(max(0.05, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    child.process.kill()
                    child.process.wait()
            if self._guard is not None:
                assert self._guard.stdin is not None
                self._guard.kill()
                self._guard.wait()
                self._guard.stdin.close()
                self._guard = None

    def peak_memory_mb(self) -> dict[str, int]:
        """The greatest resident memory of each process so far, in megabytes."""
        with self._lock:
            self._measure()
        return {name: child.peak_kib * 1024 // 1_000_000 for name, child in self.children.items()}

    def cpu_s(self, names: Sequence[str]) -> float:
        """How long these processes have computed since they were started, in seconds.

        Source: Linux, proc(5), /proc/PID/stat, fields 14 and 15.
        """
        ticks = 0
        for name in names:
            process = self.children[name].process
            if process is None:
                continue
            try:
                stat = Path(f"/proc/{process.pid}/stat").read_text("ascii", "replace")
            except OSError:
                continue  # it has ended: that is seen elsewhere
            fields = stat.rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def _start(self, child: Child) -> None:
        if self._guard is None:
            self._guard = subprocess.Popen(
                python("-m", "hub.demo.guard"),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                process_group=0,
            )
        with child.log.open("ab") as log:
            child.process = subprocess.Popen(
                list(child.command),
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                process_group=self._guard.pid,
            )
        child.starts += 1

    def _watch(self) -> None:
        while not self._stop.wait(RESTART_S):
            with self._lock:
                if self._stop.is_set():
                    return
                self._measure()
                self._look()
                for child in self.children.values():
                    if child.process is not None and child.process.poll() is not None:
                        self._start(child)

    def _look(self) -> None:
        for child in self.children.values():
            if child.process is not None and (code := child.process.poll()) is not None:
                child.ended = code

    def _measure(self) -> None:
        for child in self.children.values():
            if child.process is None:
                continue
            try:
                status = Path(f"/proc/{child.process.pid}/status").read_text("ascii", "replace")
            except OSError:
                continue
            for line in status.splitlines():
                if line.startswith("VmHWM:"):
                    child.peak_kib = max(child.peak_kib, int(line.split()[1]))


def _how(code: int | None) -> str:
    return f"was killed by {signal.Signals(-code).name}" if code is not None and code < 0 else f"ended with {code}"


def python(*args: str) -> list[str]:
    """A command of ours, run by this very Python."""
    return [sys.executable, *args]
