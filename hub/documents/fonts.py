"""The letters that documents are set in: DejaVu Sans where it is installed, else PDF's own Helvetica.

DejaVu has Latin, Greek, Cyrillic, Hebrew, Arabic (whose letters are not joined here) and others; words that are read
from the right are set so. It has no Chinese, Japanese or Korean: those are set
in one of :data:`FALLBACKS` if it is installed, else in the PDF reader's own fonts for them (CID fonts, which are named
in a PDF and not put into it: a reader or a printer without such fonts leaves blanks). With Helvetica alone,
what it has no letter for is written as "?".

Source: ISO 32000-1, section 9.7.5.2 (predefined CMaps); section 9.6.2.2 (the standard 14 fonts).
"""

from functools import cache
from pathlib import Path
from typing import Literal
from unicodedata import bidirectional
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

DEJAVU = Path("/usr/share/fonts/truetype/dejavu")
"""Where Debian's fonts-dejavu-core puts it."""
Weight = Literal["plain", "bold"]
_FILES = {"plain": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf"}
FALLBACKS = (
    Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"),
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
)
"""Fonts with Han, kana and hangul that can be put into a PDF: Debian's fonts-droid-fallback and fonts-wqy-zenhei."""
_STANDARD = {"plain": "Helvetica", "bold": "Helvetica-Bold"}
_CID = (
    ("HeiseiKakuGo-W5", ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F))),
    ("HYGothic-Medium", ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7AF))),
    ("STSong-Light", ((0x2E80, 0x303F), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFF65))),
)
"""Fonts of readers for kana, hangul and Han, by ranges of characters."""

RIGHT_TO_LEFT = ("R", "AL")
Run = tuple[str, str]
"""(font, text)."""


@cache
def _font(weight: Weight, directory: Path = DEJAVU) -> str:
    """The name of the font that is used for a weight, made known to the PDF writer."""
    file = directory / _FILES[weight]
    if not file.exists():
        return _STANDARD[weight]
    name = f"DejaVu-{weight}"
    pdfmetrics.registerFont(TTFont(name, str(file)))
    return name


@cache
def _put_in(file: Path) -> str:
    pdfmetrics.registerFont(TTFont(file.stem, str(file)))
    return file.stem


@cache
def _cid(name: str) -> str:
    pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name


def runs(text: str, weight: Weight = "plain", directory: Path = DEJAVU) -> list[Run]:
    """A text cut into pieces of one font each; what no font has a letter for is a "?"."""
    found: list[Run] = []
    for char in _in_order(text):
        if not char.isprintable():
            continue
        font, letter = _set(char, weight, directory)
        if found and found[-1][0] == font:
            found[-1] = (font, found[-1][1] + letter)
        else:
            found.append((font, letter))
    return found


def _in_order(text: str) -> str:
    """The letters from left to right: what is read from the right is turned round, with the blanks inside it."""
    if not any(bidirectional(char) in RIGHT_TO_LEFT for char in text):
        return text
    parts: list[str] = []
    turned: list[str] = []
    blanks = ""
    for char in text:
        if bidirectional(char) in RIGHT_TO_LEFT:
            turned = [char, *reversed(blanks), *turned]
            blanks = ""
        elif turned and char == " ":
            blanks += char
        else:
            parts += ["".join(turned), blanks, char]
            turned, blanks = [], ""
    return "".join([*parts, *turned, blanks])


def _set(char: str, weight: Weight, directory: Path) -> Run:
    own = _font(weight, directory)
    if _has(own, char):
        return own, char
    for file in FALLBACKS:
        if file.exists() and _has(further := _put_in(file), char):
            return further, char
    for name, ranges in _CID:
        if any(low <= ord(char) <= high for low, high in ranges):
            return _cid(name), char
    return own, "?"


def _has(font: str, char: str) -> bool:
    face = pdfmetrics.getFont(font).face
    widths = getattr(face, "charToGlyph", None)
    if widths is not None:
        return ord(char) in widths
    try:
        char.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def marked(text: str, weight: Weight = "plain") -> str:
    """A text as a paragraph of reportlab takes it: each piece in its font, nothing of it taken for a tag."""
    return "".join(f'<font name="{font}">{escape(part)}</font>' for font, part in runs(text, weight))


def width(text: str, size: float, weight: Weight = "plain") -> float:
    """How wide a text is, in points."""
    return float(sum(pdfmetrics.stringWidth(part, font, size) for font, part in runs(text, weight)))


def fitted(text: str, size: float, room: float, weight: Weight = "plain") -> str:
    """As much of a text as there is room for, with an ellipsis if that is not all; points."""
    if width(text, size, weight) <= room:
        return text
    kept = text
    while kept and width(kept + "…", size, weight) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrapped(text: str, size: float, room: float, lines_max: int, weight: Weight = "plain") -> list[str]:
    """A text in lines, broken between words, or within one that is too long; the last may end with an ellipsis."""
    lines: list[str] = []
    words = text.split()
    line = ""
    while words:
        word = words.pop(0)
        longer = f"{line} {word}".strip()
        if width(longer, size, weight) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
            line = ""
            words.insert(0, word)
            continue
        cut = next(n for n in range(len(word), 0, -1) if n == 1 or width(word[:n], size, weight) <= room)
        lines.append(word[:cut])
        if word[cut:]:
            words.insert(0, word[cut:])
    if line:
        lines.append(line)
    if len(lines) > lines_max:
        lines = [*lines[: lines_max - 1], fitted(" ".join(lines[lines_max - 1 :]), size, room, weight)]
    return lines
