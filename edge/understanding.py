"""A symbol's meaning, found out once and here: at the station, where its identifier and its bytes are still known.

The hub takes what the fact says. It imports nothing of what reads symbols.
"""

from edge.contract.events import Gs1Said
from edge.logic.said import Said

YEAR_MIN = 2026
"""A Pi without a clock may believe in 1970: a two-digit year would then be of the wrong century."""


def understood(text: str, symbology: str, aim: str, raw: bytes, year: int) -> Said:
    """What a symbol says beyond its text. The parser is imported with the first symbol: a bay never needs it.

    Args:
        text, symbology, aim: As they were read.
        raw: The reader's own bytes; empty where they are not known.
        year: This one, by the station's clock.
    """
    from firmware.gs1 import BadGs1, understand

    kept = b"" if raw == text.encode("utf-8", "replace") else raw
    try:
        told = understand(text, symbology, aim, max(year, YEAR_MIN))
    except BadGs1 as error:
        return Said(raw=kept, gs1_error=str(error))
    if told is None:
        return Said(raw=kept)
    return Said(
        raw=kept,
        gs1=Gs1Said(
            gtin=told.gtin,
            lot=told.lot,
            expiry="" if told.expiry is None else told.expiry.isoformat(),
            serial=told.serial,
            count=told.count,
            sscc=told.sscc,
        ),
    )
