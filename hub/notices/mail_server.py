"""The SMTP server that takes a site's letters: how it is reached, and what its answers mean.

Source: RFC 5321, section 4.2.1 (4yz: try again, 5yz: never).
"""

import smtplib
import ssl
from dataclasses import dataclass

TIMEOUT_S = 20.0
PERMANENT = 500


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where letters are handed in.

    Args:
        host, port: The mail server.
        sender: The address that letters come from.
        starttls: Whether the connection is made secret first.
        login: (name, password), if the server asks.
    """

    host: str
    port: int
    sender: str
    starttls: bool = False
    login: tuple[str, str] | None = None

    def connect(self) -> smtplib.SMTP:
        """A connection that takes letters. Raises: OSError, SMTPException."""
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
        try:
            if self.starttls:
                server.starttls(context=ssl.create_default_context())
            if self.login is not None:
                server.login(*self.login)
        except BaseException:
            server.close()
            raise
        return server


def answer_of(error: smtplib.SMTPException) -> tuple[int, str]:
    """(code, words) of a server's refusal; code 0 if it gave none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return code, f"{code} {_text(said)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code, f"{error.smtp_code} {_text(error.smtp_error)}"
    return 0, str(error)


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def hang_up(server: smtplib.SMTP) -> None:
    """End a connection, whatever state it is in."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
