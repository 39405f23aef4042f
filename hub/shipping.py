"""What a hub does outside while parcels leave and come back: it asks carriers, writes to customers, tells refunds."""

from collections.abc import Callable

from sqlalchemy import Engine

from hub.carriers.desk import CarrierDesk
from hub.carriers.http_carrier import HttpCarrier
from hub.carriers.return_desk import ReturnDesk
from hub.handlers.policy import Policy
from hub.notices.refund_sender import RefundSender
from hub.notices.smtp_sender import SmtpSender
from hub.site.catalogue import Catalogue
from hub.site.shipping_file import SIGNING_CHARS_MIN, read_secret
from hub.storage.writer import Writer


class Shipping:
    """The carriers' desk and the mail of one hub; a site that needs neither has no threads for them.

    Raises: BadSite, a secret's file cannot be read or is too short.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        engine: Engine,
        writer: Writer,
        policy: Policy,
        now_us: Callable[[], int],
    ) -> None:
        self._asked = {
            key: HttpCarrier(
                carrier.url, read_secret(carrier.token_file) if carrier.token_file else "", carrier.timeout_s
            )
            for key, carrier in catalogue.carriers.items()
            if carrier.kind == "http"
        }
        self.secrets = {
            key: read_secret(carrier.webhook_secret_file, SIGNING_CHARS_MIN)
            for key, carrier in catalogue.carriers.items()
            if carrier.webhook_secret_file
        }
        """What each carrier signs its tracking messages with."""
        self.desk = CarrierDesk(self._asked, engine=engine, writer=writer, policy=policy, now_us=now_us)
        self.return_desk = ReturnDesk(self._asked, engine=engine, writer=writer, policy=policy)
        back = policy.returns
        self.refunds = (
            None
            if not back.refund_webhook
            else RefundSender(
                url=back.refund_webhook,
                secret=read_secret(back.refund_secret_file, SIGNING_CHARS_MIN) if back.refund_secret_file else "",
                currency=policy.currency,
                engine=engine,
                writer=writer,
            )
        )
        mail = catalogue.shipping.mail
        self.mail = (
            None
            if mail is None
            else SmtpSender(
                host=mail.host,
                port=mail.port,
                sender=mail.sender,
                engine=engine,
                writer=writer,
                starttls=mail.starttls,
                login=(mail.username, read_secret(mail.password_file)) if mail.username else None,
            )
        )

    def start(self) -> None:
        """Begin."""
        for one in (self.desk, self.return_desk, self.mail, self.refunds):
            if one is not None:
                one.start()

    def wake(self) -> None:
        """Something was committed."""
        for one in (self.desk, self.return_desk, self.mail, self.refunds):
            if one is not None:
                one.wake()

    def close(self) -> None:
        """Stop; what is left is done at the next start."""
        for one in (self.desk, self.return_desk, self.mail, self.refunds):
            if one is not None:
                one.close()
        for carrier in self._asked.values():
            carrier.close()
