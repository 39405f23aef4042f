"""The server of the hands protocol: a Unix socket by which anyone presses, loads, holds and looks.

Only with ``--simulate``. One thread a client; what is done goes straight to the twins, as a hand would.
"""

import os
import socket
import socketserver
import struct
import threading
import time
from pathlib import Path
from typing import Any

import msgspec

from edge.contract.hands import (
    AnyRequest,
    Done,
    HandsReply,
    Inventory,
    Label,
    Look,
    Place,
    Press,
    Refused,
    Scan,
    Show,
    TakeLabel,
    There,
    Unplug,
    Watch,
    decode_request,
    encode_line,
)
from edge.fingers import Fingers
from edge.simulated import SimulatedDevices

LINE_BYTES_MAX = 65_536
SOME = 6
"""So many names are told of what there is."""
CLIENTS_MAX = 64
"""More connections are refused: a station has only so many people around it."""
SEND_TIMEOUT_S = 5
"""A client that does not read its replies for this long is let go."""
WATCH_EVERY_S = 0.01
"""Changes are told this long after they happen, and so at most a hundred times a second."""


class HandsServer:
    """Serves hands on a Unix socket until closed."""

    def __init__(self, path: Path, devices: SimulatedDevices) -> None:
        self._path = path
        self._devices = devices
        self._fingers = Fingers(devices.wall)
        self._places = threading.BoundedSemaphore(CLIENTS_MAX)
        self._changed = threading.Condition()
        self._turn = 0
        devices.on_change = self._on_change
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        hands = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                hands._greet(self.rfile, self.request)

        class Server(socketserver.ThreadingUnixStreamServer):
            daemon_threads = True
            request_queue_size = 64

        self._server = Server(os.fspath(path), Handler)
        self._thread = threading.Thread(target=lambda: self._server.serve_forever(0.2), name="hands", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving. May be called twice."""
        self._server.shutdown()
        self._server.server_close()
        self._fingers.close()
        self._path.unlink(missing_ok=True)

    def _on_change(self) -> None:
        with self._changed:
            self._turn += 1
            self._changed.notify_all()

    def _greet(self, lines: Any, line: socket.socket) -> None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_TIMEOUT_S, 0))
        if not self._places.acquire(blocking=False):
            line.sendall(encode_line(Refused(why=f"This station serves {CLIENTS_MAX} hands at once, no more.")))
            return
        try:
            self._serve(lines, line)
        finally:
            self._places.release()

    def _serve(self, lines: Any, line: socket.socket) -> None:
        lock = threading.Lock()
        watching = threading.Event()

        def send(reply: HandsReply) -> None:
            with lock:
                line.sendall(encode_line(reply))

        try:
            while data := lines.readline(LINE_BYTES_MAX):
                try:
                    request = decode_request(data)
                except msgspec.DecodeError as error:
                    send(Refused(why=f"Expected one of the requests of the hands protocol: {error}."))
                    continue
                send(self._do(request))
                if isinstance(request, Watch) and not watching.is_set():
                    watching.set()
                    threading.Thread(target=self._watch, args=(send, watching), daemon=True).start()
        except (BrokenPipeError, ConnectionResetError, BlockingIOError):
            return  # the client has gone, or does not read
        finally:
            watching.clear()

    def _watch(self, send: Any, watching: threading.Event) -> None:
        turn = -1
        last = None
        while watching.is_set():
            with self._changed:
                if self._turn == turn:
                    self._changed.wait(0.5)
                if self._turn == turn:
                    continue
            time.sleep(WATCH_EVERY_S)  # looking takes the interpreter from the agent that has just changed something
            turn = self._turn
            seen = self._devices.seen()
            if seen != last:
                last = seen
                try:
                    send(seen)
                except OSError:
                    return

    def _do(self, request: AnyRequest) -> HandsReply:
        devices = self._devices
        try:
            match request:
                case Press(control=control, held_ms=held_ms):
                    return Done(at_us=self._fingers.press(control, held_ms))
                case Place(scale=scale, mass_mg=mass_mg):
                    devices.place(scale, mass_mg)
                case Show(symbols=symbols, label=label, hidden=hidden):
                    devices.hold(symbols, label, hidden)
                case Scan(text=text, aim=aim):
                    devices.scan(text, aim)
                case TakeLabel():
                    taken = devices.take_label()
                    return Refused(why="The tray is empty.") if taken is None else Label(label=taken[0], zpl=taken[1])
                case Unplug(part=part, plugged=plugged):
                    devices.set_plugged(part, plugged)
                case Inventory():
                    return devices.there()
                case Look() | Watch():
                    return devices.seen()
        except KeyError as error:
            return Refused(why=f"This station has no {error}; it has {_in_words(devices.there())}.")
        except ValueError as error:
            return Refused(why=str(error))
        return Done()


def _in_words(there: There) -> str:
    """The first few of each kind of what there is."""
    found = []
    for kind, names in (("controls", there.controls), ("scales", there.scales), ("parts", there.parts)):
        if names:
            some = ", ".join(f"'{name}'" for name in names[:SOME]) + (", ..." if len(names) > SOME else "")
            found.append(f"{kind} {some}")
    return "; ".join(found)
