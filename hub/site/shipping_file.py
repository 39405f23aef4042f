"""``shipping.toml``: who sends, by which GS1 numbers, and how customers are written to. A site may do without it."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import msgspec

from edge.contract.site import BadSite, load_toml
from edge.contract.strict import Strict

SIGNING_CHARS_MIN = 8
"""A carrier's webhooks are signed with at least so many characters."""
Line = Annotated[str, msgspec.Meta(max_length=120)]


class Sender(Strict, frozen=True, kw_only=True):
    """Who sends the parcels: on labels, packing slips, invoices and customs forms."""

    name: Line
    street: Line = ""
    more: Line = ""
    city: Line = ""
    postcode: Line = ""
    country: Line = ""
    """As orders name it: what goes elsewhere gets a customs form."""
    phone: Line = ""
    email: Line = ""
    tax_id: Line = ""
    eori: Line = ""
    no_customs_with: tuple[Line, ...] = ()
    """Other countries to which goods go without a customs form."""


class Mail(Strict, frozen=True, kw_only=True):
    """The SMTP server that takes letters to customers."""

    host: str
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 25
    sender: Annotated[
        str, msgspec.Meta(pattern=r"""^[^@\s<>,;"()\[\]\\:]+@[^@\s<>,;"()\[\]\\:]+$""", description="an e-mail address")
    ]
    starttls: bool = False
    username: str = ""
    password_file: str = ""


class Gs1(Strict, frozen=True, kw_only=True):
    """The numbers of parcels (SSCC)."""

    prefix: Annotated[
        str, msgspec.Meta(pattern="^[0-9]{7,10}$", description="the GS1 company prefix, 7 to 10 digits in quotes")
    ]
    extension: Annotated[int, msgspec.Meta(ge=0, le=9)] = 0
    first: Annotated[int, msgspec.Meta(ge=0)] = 0
    """The serial number before the first parcel's: greater than any given before by this prefix and extension."""


class ShippingFile(Strict, frozen=True, kw_only=True):
    """``shipping.toml``."""

    sender: Sender | None = None
    gs1: Gs1 | None = None
    mail: Mail | None = None
    residential: bool = True
    """Whether addresses count as homes, for carriers that ask more there: orders do not say."""


def load_shipping(directory: Path) -> ShippingFile:
    """The file of a site's directory; one that says nothing if there is none. Raises: BadSite."""
    path = directory / "shipping.toml"
    if not path.exists():
        return ShippingFile()
    found = load_toml(path, ShippingFile)
    mail = found.mail
    if mail is not None and bool(mail.username) != bool(mail.password_file):
        raise BadSite(f"{path}: mail: expected username and password_file together, got one of them.")
    if mail is not None and mail.username and not mail.starttls and not _is_loopback(mail.host):
        raise BadSite(
            f"{path}: mail: expected starttls = true with a username, got a password to {mail.host} in clear."
        )
    return found


def _is_loopback(host: str) -> bool:
    """Whether what is sent there does not leave this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def read_secret(file: str, chars_min: int = 1) -> str:
    """What a secret's file says. Raises: BadSite, it cannot be read or has fewer characters.

    Args:
        chars_min: More than one for a secret that others prove to us that they have: see SIGNING_CHARS_MIN.
    """
    try:
        secret = Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSite(f"{file}: expected a file with a secret, got: {error}.") from error
    if len(secret) < chars_min:
        raise BadSite(f"{file}: expected a secret of at least {chars_min} characters, got {len(secret)}.")
    return secret
