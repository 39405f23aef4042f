"""Clients of a site: whose goods lie there and whose orders leave it, as ``site.toml`` names them."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec

from edge.contract.strict import Strict

Minor = Annotated[int, msgspec.Meta(ge=0)]


class Rates(Strict, frozen=True, kw_only=True):
    """What a client pays for each, in minor units of the site's currency."""

    order_minor: Minor = 0
    """An order that left."""
    line_minor: Minor = 0
    """A line of which something left."""
    unit_minor: Minor = 0
    """A unit picked."""
    parcel_minor: Minor = 0
    """A parcel handed over, its carrier's price apart."""
    freight_percent: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 100
    """Of what the carrier takes for a parcel."""
    received_unit_minor: Minor = 0
    """A unit that a delivery brought."""
    unit_days_1000_minor: Minor = 0
    """A thousand units stored for a day."""


class SiteClient(Strict, frozen=True, kw_only=True):
    """Somebody whose goods lie at the site."""

    key: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^[a-z0-9][a-z0-9-]{0,19}$",
            description="at most 20 small letters, digits and - that begin with a letter or digit",
        ),
    ]
    """What files, commands and addresses call it."""
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    rates: Rates = Rates()


def client_faults(client: str, clients: Sequence[SiteClient]) -> Iterator[str]:
    """What is wrong with a site's clients, in words."""
    if bool(client) == bool(clients):
        got = "both" if client else "neither"
        yield f"expected either the key client or [[clients]], which say whose goods lie here, got {got}."
    for label, said in (("key", [one.key for one in clients]), ("name", [one.name for one in clients])):
        for number, value in enumerate(said):
            if value in said[:number]:
                yield f"clients: {label}: expected each once, got '{value}' again."
