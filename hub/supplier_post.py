"""What suppliers are told goes out: one sender for e-mail and one for webhooks, as the site's files name them."""

import time

from sqlalchemy import Engine

from hub.handlers.policy import Policy
from hub.notices.mail_server import MailServer
from hub.notices.message_mail import ByMail
from hub.notices.message_sender import MessageSender
from hub.notices.message_webhook import ByWebhook
from hub.site.catalogue import Catalogue
from hub.site.shipping_file import SIGNING_CHARS_MIN, read_secret
from hub.storage.writer import Writer


class SupplierPost:
    """The senders of one hub.

    Args:
        server: The site's mail server; None: it has none, and what should go by e-mail a person tells.

    Raises: BadSite, a secret's file cannot be read or is too short.
    """

    def __init__(
        self, catalogue: Catalogue, server: MailServer | None, engine: Engine, writer: Writer, policy: Policy
    ) -> None:
        secrets = {
            supplier.name: read_secret(supplier.webhook_secret_file, SIGNING_CHARS_MIN)
            for supplier in catalogue.suppliers.values()
            if supplier.webhook_secret_file
        }
        by_mail = None if server is None else ByMail(server)
        by_webhook = ByWebhook(secrets, time.time)
        self._senders = (
            MessageSender("email", by_mail, engine=engine, writer=writer, currency=policy.currency, zone=policy.zone),
            MessageSender(
                "webhook", by_webhook, engine=engine, writer=writer, currency=policy.currency, zone=policy.zone
            ),
        )

    def start(self) -> None:
        """Begin to send."""
        for sender in self._senders:
            sender.start()

    def close(self) -> None:
        """Stop; what was not sent is sent at the next start."""
        for sender in self._senders:
            sender.close()
