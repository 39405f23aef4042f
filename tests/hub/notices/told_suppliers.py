"""A supplier's two doors on loopback (a real mail server, a real web server), and senders whose clock a test moves."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from hub.notices.mail_server import MailServer
from hub.notices.message_mail import ByMail
from hub.notices.message_sender import MessageSender, Way
from hub.notices.message_webhook import ByWebhook
from tests.hub.restocked_floor import RestockedFloor

OURS = "orders@shelflight.example"
SECRET = "a secret of the two"


class Shop:
    """A supplier's web server: it keeps what came, does each key once, and answers as told to, in turn, then 200."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.done: dict[str, Any] = {}
        self.answers: list[int] = []
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                shop.came.append((dict(self.headers.items()), body))
                status = shop.answers.pop(0) if shop.answers else 200
                if status == 0:  # it hangs up
                    self.close_connection = True
                    return
                if status == 200:
                    shop.done.setdefault(self.headers["Idempotency-Key"], json.loads(body))
                said = b"no" if status != 200 else b"thanks"
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/po"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def mail_controller(handler: Any) -> Controller:
    """A mail server on a free port, running."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    return controller


class Telling:
    """One channel's sender; each :meth:`later` is long after the one before."""

    def __init__(self, floor: Any, channel: Any, way: Way | None) -> None:
        self.now_s = 0.0
        self.sender = MessageSender(
            channel,
            way,
            engine=floor.engine,
            writer=floor.writer,
            currency=floor.policy.currency,
            zone=floor.policy.zone,
            monotonic_s=lambda: self.now_s,
        )

    def later(self) -> int:
        self.now_s += 10_000
        return self.sender.send_wanted()


def by_mail(floor: RestockedFloor, port: int) -> Telling:
    return Telling(floor, "email", ByMail(MailServer(host="127.0.0.1", port=port, sender=OURS)))


def by_webhook(floor: Any, **secrets: str) -> Telling:
    return Telling(floor, "webhook", ByWebhook(secrets, lambda: 1_700_000_000.0))
