"""Sends the outbox's letters by SMTP, from a thread of its own.

Each letter is sent until a server has taken it or refused it for good, and then no more. Between the server's "250" and
our own commit lies a moment in which a dying hub makes a letter be sent twice: SMTP cannot be asked whether it has a
letter. Both have the same Message-ID, by which mail programs show them once.

Source: RFC 5321, section 4.5.4.1 (retries); RFC 5322, section 3.6.4 (Message-ID).
"""

import smtplib
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from functools import partial

import structlog
from sqlalchemy import Engine

from hub.notices.mail_server import PERMANENT, MailServer, answer_of, hang_up
from hub.outside import Pauses, Rounds
from hub.storage import exceptions, mail
from hub.storage.mail import Letter
from hub.storage.transaction import Tx
from hub.storage.writer import Actor, Writer

IDLE_S = 2.0
GAP_S = 0.05
"""Between two looks at least: commits come in bursts."""
LETTERS_MAX = 50
"""So many letters in one round, over one connection."""
PAUSE_S, PAUSE_MAX_S = 5.0, 900.0
"""After a letter that could not be sent now; doubled each time, up to the second."""
TRIES_MAX = 60
"""More than half a day of trying: then a person is told."""
_log = structlog.get_logger("mail")


class SmtpSender:
    """Sends letters.

    Args:
        host, port: The mail server.
        sender: The address that letters come from.
        engine: What is read with.
        writer: Writes down what was sent.
        starttls: Whether the connection is made secret first.
        login: (name, password), if the server asks.
        monotonic_s: Seconds that never go back.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        sender: str,
        engine: Engine,
        writer: Writer,
        starttls: bool = False,
        login: tuple[str, str] | None = None,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._server = MailServer(host=host, port=port, sender=sender, starttls=starttls, login=login)
        self._sender = sender
        self._engine = engine
        self._writer = writer
        self._monotonic_s = monotonic_s
        self._pauses = Pauses(PAUSE_S, PAUSE_MAX_S, monotonic_s)
        self._rest_until_s = 0.0
        self._failures = 0
        self._rounds = Rounds(
            "mail",
            self.send_wanted,
            partial(_log.exception, "letters were not sent; they are tried again", again_after_s=PAUSE_S),
            idle_s=IDLE_S,
            gap_s=GAP_S,
            pause_s=PAUSE_S,
        )

    def start(self) -> None:
        """Begin to send."""
        self._rounds.start()

    def wake(self) -> None:
        """Something was committed: there may be a letter."""
        self._rounds.wake()

    def close(self) -> None:
        """Stop; what was not sent is sent at the next start."""
        self._rounds.close()

    def send_wanted(self) -> int:
        """Send what is due; how many letters the server took."""
        now_s = self._monotonic_s()
        if now_s < self._rest_until_s:
            return 0
        with self._engine.begin() as connection:
            letters = mail.wanted(connection, LETTERS_MAX + len(self._pauses))
        due = self._pauses.due(letters, lambda letter: letter.id)[:LETTERS_MAX]
        if not due:
            return 0
        try:
            server = self._server.connect()
        except (OSError, smtplib.SMTPException) as error:
            self._rest(now_s, "the mail server is not there", error)
            return 0
        taken = 0
        try:
            for letter in due:
                if self._rounds.stopping:
                    break
                taken += self._send(server, letter)
            self._failures = 0
        except smtplib.SMTPServerDisconnected as error:
            self._rest(now_s, "the mail server hung up", error)
        finally:
            hang_up(server)
        return taken

    def _rest(self, now_s: float, event: str, error: Exception) -> None:
        """Leave the server alone for a while; longer each time in a row."""
        self._failures += 1
        pause_s = min(PAUSE_MAX_S, PAUSE_S * 2 ** min(self._failures, 10))
        self._rest_until_s = now_s + pause_s
        _log.warning(event, why=str(error), again_after_s=pause_s)

    def _send(self, server: smtplib.SMTP, letter: Letter) -> bool:
        """Whether the server took it. Raises: SMTPServerDisconnected, there is no server any more."""
        actor = Actor("mail", letter.kind, letter.ref)
        try:
            message = message_of(letter, self._sender)
            message.as_bytes()
        except Exception as error:  # noqa: BLE001 - one letter that cannot be written must not hold up all others
            self._refused(actor, letter, f"cannot be written: {type(error).__name__}")
            return False
        try:
            server.send_message(message, self._sender, [letter.recipient])
        except smtplib.SMTPServerDisconnected as error:
            self._later(actor, letter, str(error))
            raise
        except smtplib.SMTPSenderRefused as error:
            # our own address is what it does not take: the site's file is to be mended, the letter is not to blame
            raise smtplib.SMTPServerDisconnected(f"sender {self._sender} refused: {answer_of(error)[1]}") from error
        except smtplib.SMTPException as error:
            code, why = answer_of(error)
            if code >= PERMANENT:
                self._refused(actor, letter, why)
            else:
                self._later(actor, letter, why)
            return False
        except OSError as error:
            self._later(actor, letter, str(error))
            raise smtplib.SMTPServerDisconnected(str(error)) from error
        self._writer.call(actor, lambda tx: mail.sent(tx, letter.id, ""))
        self._pauses.end(letter.id)
        return True

    def _later(self, actor: Actor, letter: Letter, why: str) -> None:
        tries = self._writer.call(actor, lambda tx: mail.failed(tx, letter.id, why))
        if tries >= TRIES_MAX:
            self._refused(actor, letter, f"{tries} tries: {why}")
            return
        pause_s = self._pauses.after(letter.id, tries)
        _log.warning("a letter was not sent", letter=letter.public, why=why, again_after_s=pause_s)

    def _refused(self, actor: Actor, letter: Letter, why: str) -> None:
        def tell(tx: Tx) -> None:
            mail.refused(tx, letter.id, why)
            detail = f"To {letter.recipient}, '{letter.subject}': {why}"
            exceptions.open_once(tx, "letter_refused", "mail", detail, ref_kind="mail", ref_id=letter.public)

        self._writer.call(actor, tell)
        self._pauses.end(letter.id)


def message_of(letter: Letter, sender: str) -> EmailMessage:
    """A letter as mail servers take it: text, with HTML beside it."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Date"] = formatdate(letter.created_us / 1e6)
    message["Message-ID"] = f"<{letter.public}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.plain)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    return message
