"""Messages to suppliers by e-mail: words, and an order's documents attached.

Source: RFC 5322, section 3.6.4 (Message-ID: the same message has the same); RFC 3834 (Auto-Submitted).
"""

import smtplib
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from hub.documents.outgoing import OutgoingMessage
from hub.notices.mail_server import PERMANENT, MailServer, answer_of, hang_up
from hub.notices.message_sender import NobodyThere, NotTaken, RefusedForGood


class ByMail:
    """Hands messages to a mail server. If it dies between the server's "250" and our own commit, a message is sent
    twice, under the same Message-ID."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def route(self, address: str) -> str:
        """The mail server, whoever is written to."""
        return self._server.host

    def deliver(self, message: OutgoingMessage, supplier: str) -> None:
        """Hand a message over. Raises: NotTaken, NobodyThere, RefusedForGood."""
        letter = letter_of(message, self._server.sender)
        try:
            server = self._server.connect()
        except (OSError, smtplib.SMTPException) as error:
            raise NobodyThere(f"the mail server is not there: {error}") from error
        try:
            server.send_message(letter, self._server.sender, [message.address])
        except smtplib.SMTPSenderRefused as error:  # the site's file is to be mended, the message is not to blame
            raise NobodyThere(f"sender {self._server.sender} refused: {answer_of(error)[1]}") from error
        except smtplib.SMTPException as error:
            code, why = answer_of(error)
            raise (RefusedForGood(why) if code >= PERMANENT else NotTaken(why)) from error
        except OSError as error:
            raise NotTaken(str(error)) from error
        finally:
            hang_up(server)


def letter_of(message: OutgoingMessage, sender: str) -> EmailMessage:
    """A message as mail servers take it."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = message.address
    letter["Subject"] = " ".join(message.subject.split())
    letter["Date"] = formatdate(message.created_us / 1e6)
    letter["Message-ID"] = f"<{message.public}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.text)
    for name, media_type, content in message.attachments:
        kind, _, subtype = media_type.partition("/")
        if kind == "text":
            letter.add_attachment(content.decode(), subtype=subtype, filename=name)
        else:
            letter.add_attachment(content, maintype=kind, subtype=subtype, filename=name)
    return letter
