"""The page on which a camera is aimed: the newest frame again and again, and what is read on it."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from edge.commissioning.aiming import Seen

CLIENTS_MAX = 16
"""So many requests are answered at once; a page asks for two."""
TIMEOUT_S = 5
PAGE = Path(__file__).with_name("aim.html")


class AimPage:
    """Serves the page until closed.

    Args:
        host: Where to listen: loopback, or an address of this machine.
        port: 0 for a free one.
        station: Its name.
        seen: What is seen now.
        jpeg: The newest frame.

    Raises: OSError, it cannot listen there.
    """

    def __init__(
        self, host: str, port: int, station: str, seen: Callable[[], Seen], jpeg: Callable[[], bytes | None]
    ) -> None:
        page = PAGE.read_text("utf-8").replace("STATION", station).encode()
        places = threading.BoundedSemaphore(CLIENTS_MAX)

        class Handler(BaseHTTPRequestHandler):
            timeout = TIMEOUT_S

            def do_GET(self) -> None:
                if not places.acquire(blocking=False):
                    self.send_error(503, f"{CLIENTS_MAX} requests are answered at once, no more.")
                    return
                try:
                    self._answer(self.path.partition("?")[0])
                finally:
                    places.release()

            def _answer(self, path: str) -> None:
                if path == "/":
                    self._send("text/html; charset=utf-8", page)
                elif path == "/sight.json":
                    self._send("application/json", json.dumps(told(seen())).encode())
                elif path == "/frame.jpg" and (frame := jpeg()) is not None:
                    self._send("image/jpeg", frame)
                elif path == "/frame.jpg":
                    self.send_error(503, "There is no picture now.")
                else:
                    self.send_error(404)

            def _send(self, kind: str, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing: the terminal shows what is seen."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

        self._server = Server((host, port), Handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=lambda: self._server.serve_forever(0.2), name="aim page", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving. May be called twice."""
        self._server.shutdown()
        self._server.server_close()


def told(seen: Seen) -> dict[str, Any]:
    """What is seen, as the page shows it."""
    sight = seen.sight
    return {
        "frame": seen.number,
        "width": seen.size[0],
        "height": seen.size[1],
        "read_share": seen.read_share,
        "frames_per_s": seen.frames_per_s,
        "hints": [seen.trouble] if sight is None or seen.trouble else list(sight.hints),
        "edge_px": 0.0 if sight is None else sight.edge_px,
        "light_grey": 0 if sight is None else sight.light_grey,
        "contrast_grey": 0 if sight is None else sight.contrast_grey,
        "reads": []
        if sight is None
        else [
            {
                "text": read.symbol.text,
                "symbology": read.symbol.symbology,
                "module_px": read.module_px,
                "needed_px": read.needed_px,
            }
            for read in sight.reads
        ],
    }
