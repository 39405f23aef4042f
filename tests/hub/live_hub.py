"""A hub in a process of its own, for tests of how it begins and ends."""

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from tests.databases import database_of, option
from tests.edge.live_station import free_port
from tests.hub.built_hub import small_site
from tests.waiting import wait_until


class LiveHub:
    """A hub in a process of its own, whose broker may come later."""

    def __init__(self, directory: Path, broker_port: int, prefix: Sequence[str] = ()) -> None:
        self._log = directory / "hub.log"
        self.url = f"http://127.0.0.1:{free_port()}"
        command: list[object] = [*prefix, sys.executable, "-m", "hub.run", "hub"]
        command += ["--site", small_site(directory / "site"), "--data", directory / "data"]
        command += option(database_of(directory / "data"))
        command += ["--port", self.url.rpartition(":")[2], "--broker", f"127.0.0.1:{broker_port}"]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(list(map(str, command)), stdout=log, stderr=subprocess.STDOUT)
        wait_until(self._listens, 30, "the hub answers")

    def _listens(self) -> bool:
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", int(self.url.rpartition(":")[2]))) == 0

    @property
    def said(self) -> str:
        return self._log.read_text("utf-8")

    def ask(self, path: str, body: object = None) -> object:
        request = urllib.request.Request(self.url + path)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def end(self, sign: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(sign)
        return self.process.wait(20)

    def kill(self) -> None:
        """kill -9. May be called twice."""
        self.process.kill()
        self.process.wait()
