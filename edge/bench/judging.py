"""Whether what was read is what is there: one spelling of each text, so that habits of readers are no errors."""

import re
from collections.abc import Iterable
from typing import Literal

from edge.bench.pictures import Picture
from firmware.symbology import expand_upc_e

Verdict = Literal["read", "misread", "nothing"]


def judge(picture: Picture, texts: Iterable[str]) -> Verdict:
    """What a reader made of a picture. Any read of a picture with nothing to read is a misread; another text beside
    the true one is none, as photos show other symbols too."""
    spelt = {spelling(text, picture.group) for text in texts}
    if not spelt:
        return "nothing"
    return "read" if picture.truth is not None and spelling(picture.truth, picture.group) in spelt else "misread"


def spelling(text: str, group: str) -> str:
    """The one spelling in which texts of a group are compared.

    >>> spelling("012345678905", "upca") == spelling("0012345678905", "upca")
    True
    """
    text = text.replace("\r\n", "\n").lstrip("\ufeff").replace("\x1d", "").replace("\u241d", "").strip()
    if group.startswith("upce") and re.fullmatch(r"[01][0-9]{7}", text):
        text = expand_upc_e(text)
    if group.startswith("codabar"):
        text = re.sub(r"^[A-Da-d]|[A-Da-d]$", "", text)
    if group.startswith(("rss", "databar")):
        text = re.sub(r"[()\[\]]", "", text)
        text = re.sub(r"^01([0-9]{14})$", r"\1", text)
    return text.zfill(14) if re.fullmatch(r"[0-9]{8,14}", text) else text
