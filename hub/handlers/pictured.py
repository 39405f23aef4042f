"""What a fact's picture is called at the hub."""

import re

_ID = re.compile(r"[0-9a-f]{16}")


def picture_name(device: str, picture: str) -> str:
    """STATION/ID of a picture that a fact names; empty if it names none, or nothing that is an id.

    >>> picture_name("pack-1", "1f0c9a7d5e3b2468"), picture_name("pack-1", "../secret")
    ('pack-1/1f0c9a7d5e3b2468', '')
    """
    return f"{device}/{picture}" if _ID.fullmatch(picture) else ""
