"""What a hub does outside: it asks carriers, writes to customers, tells shops of refunds and suppliers of orders."""

import time
from collections.abc import Callable

from sqlalchemy import Engine

from hub.carriers.desk import CarrierDesk
from hub.carriers.http_carrier import HttpCarrier
from hub.carriers.karrio import KarrioCarrier, KarrioService
from hub.carriers.return_desk import ReturnDesk
from hub.handlers.policy import Policy
from hub.notices.mail_server import MailServer
from hub.notices.refund_sender import RefundSender
from hub.notices.smtp_sender import SmtpSender
from hub.site.carriers import Carrier
from hub.site.catalogue import Catalogue
from hub.site.shipping_file import SIGNING_CHARS_MIN, ShippingFile, read_secret
from hub.storage.writer import Writer
from hub.supplier_post import SupplierPost


class Shipping:
    """The carriers' desk, the mail and the suppliers' post of one hub.

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
            key: _asked(carrier) for key, carrier in catalogue.carriers.items() if carrier.kind != "built-in"
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
        server = mail_server(catalogue.shipping)
        self.mail = None if server is None else SmtpSender(engine=engine, writer=writer, **vars(server))
        self.suppliers = SupplierPost(catalogue, server, engine, writer, policy)

    def start(self) -> None:
        """Begin."""
        for one in (self.desk, self.return_desk, self.mail, self.refunds, self.suppliers):
            if one is not None:
                one.start()

    def wake(self) -> None:
        """Something was committed."""
        for one in (self.desk, self.return_desk, self.mail, self.refunds):
            if one is not None:
                one.wake()

    def close(self) -> None:
        """Stop; what is left is done at the next start."""
        for one in (self.desk, self.return_desk, self.mail, self.refunds, self.suppliers):
            if one is not None:
                one.close()
        for carrier in self._asked.values():
            carrier.close()


def _asked(carrier: Carrier) -> HttpCarrier | KarrioCarrier:
    """A carrier that is asked. Raises: BadSite, its token cannot be read."""
    token = read_secret(carrier.token_file) if carrier.token_file else ""
    if carrier.kind == "http":
        return HttpCarrier(carrier.url, token, carrier.timeout_s)
    return KarrioCarrier(
        carrier.url,
        token,
        services={one.name: KarrioService(code=one.code, account=one.account) for one in carrier.services},
        country_codes=carrier.country_codes,
        now_s=time.time,
        timeout_s=carrier.timeout_s,
    )


def mail_server(shipping: ShippingFile) -> MailServer | None:
    """The mail server that a site's file names; None: it has none. Raises: BadSite, its password cannot be read."""
    mail = shipping.mail
    if mail is None:
        return None
    return MailServer(
        host=mail.host,
        port=mail.port,
        sender=mail.sender,
        starttls=mail.starttls,
        login=(mail.username, read_secret(mail.password_file)) if mail.username else None,
    )
