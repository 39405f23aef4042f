"""The MQTT topics of the contract, the only place where a topic string is spelled.

Every topic reads ``sf1/{site}/{device}/{channel}``.
"""

import re
from enum import StrEnum
from typing import NamedTuple, Self

PREFIX = "sf1"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,47}\Z")


class Channel(StrEnum):
    """The last level of a topic: what kind of message it carries."""

    EVENT = "event"
    ACK = "ack"
    DESIRED = "desired"
    REPORTED = "reported"
    PRESENCE = "presence"
    COMMAND = "command"
    RESULT = "result"
    HOLDER = "holder"


RETAINED = frozenset({Channel.ACK, Channel.DESIRED, Channel.REPORTED, Channel.PRESENCE, Channel.HOLDER})
"""Channels whose last message the broker keeps. Commands are never retained."""


class Topic(NamedTuple):
    """One topic, taken apart.

    >>> str(Topic("main", "bay-01", Channel.EVENT))
    'sf1/main/bay-01/event'
    >>> Topic.parse("sf1/main/bay-01/ack").device
    'bay-01'
    """

    site: str
    device: str
    channel: Channel

    def __str__(self) -> str:
        return f"{PREFIX}/{self.site}/{self.device}/{self.channel}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take a topic string apart.

        Raises:
            ValueError: the text is not a topic of this contract.
        """
        parts = text.split("/")
        if len(parts) != 4 or parts[0] != PREFIX:
            raise ValueError(f"Not a topic of ours: expected '{PREFIX}/SITE/DEVICE/CHANNEL', got '{text}'.")
        _, site, device, channel = parts
        check_name(site)
        check_name(device)
        try:
            return cls(site, device, Channel(channel))
        except ValueError:
            known = ", ".join(Channel)
            raise ValueError(f"Unknown channel in topic '{text}': expected one of {known}.") from None


def check_name(name: str) -> str:
    """Return a site's or device's name, unchanged, if it may stand in a topic.

    Raises:
        ValueError: the name is not 1 to 48 lower-case letters, digits and hyphens.
    """
    if not _NAME.match(name):
        raise ValueError(
            f"Bad name '{name}': expected 1 to 48 lower-case letters, digits and hyphens, not starting with a hyphen."
        )
    return name


def subscription(site: str, channel: Channel, device: str = "+") -> str:
    """The topic filter for one channel of a site, of one device or (by default) of all.

    >>> subscription("main", Channel.EVENT)
    'sf1/main/+/event'
    """
    return f"{PREFIX}/{site}/{device}/{channel}"
