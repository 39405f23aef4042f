"""A directory of pictures and what each of them truly shows.

The truth of a picture, the first of these that there is:

* it lies in a folder whose name begins with falsepositives, partial, unsupported or negative: nothing may be read;
* the text of NAME.txt beside NAME.png;
* a name of 8 or 12 to 14 digits, also followed by _1, _2 and so on: those digits.

A picture without any is left out. The group, which stands for the symbology, is the folder's name less "-1".
"""

import re
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from firmware.barcode import Frame

ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"})
NEGATIVE = "negative"
RETAIL = "retail-photo"
_NEGATIVE_FOLDER = re.compile(r"(falsepositives|partial|unsupported|negative)")
_DIGITS_NAME = re.compile(r"(\d{8}|\d{12,14})(_\d+)?")


class NoPictures(ValueError):
    """There is nothing to measure on; the message says where and what was expected."""


class UnreadablePicture(ValueError):
    """A file that is no picture; the message names it."""


@dataclass(frozen=True)
class Picture:
    """A file, its group, and what it shows."""

    path: Path
    group: str
    truth: str | None
    """None where nothing may be read."""


def find_pictures(directory: Path) -> list[Picture]:
    """The pictures in a directory and all below it, in order of their paths.

    Raises: NoPictures.
    """
    if not directory.is_dir():
        came = "a file" if directory.exists() else "nothing"
        raise NoPictures(f"--images {directory}: expected a directory of pictures, found {came} there.")
    files = sorted(path for path in directory.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file())
    if not files:
        raise NoPictures(f"--images {directory}: expected pictures ({', '.join(sorted(ENDINGS))}), found none.")
    known = [picture for picture in map(_with_truth, files) if picture is not None]
    if not known:
        raise NoPictures(
            f"--images {directory}: expected the truth of each picture (NAME.txt beside it, a name of digits, or a "
            f"folder named negative), found none for any of {len(files)} pictures."
        )
    return known


def load(picture: Picture) -> Frame:
    """Its pixels: blue, green and red. Raises: UnreadablePicture."""
    try:
        frame = cv2.imdecode(np.frombuffer(picture.path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    except (cv2.error, OSError) as error:
        raise UnreadablePicture(f"{picture.path}: expected a picture, got: {error}.") from error
    if frame is None:
        raise UnreadablePicture(f"{picture.path}: expected a picture, got {picture.path.stat().st_size} other bytes.")
    return np.asarray(frame, np.uint8)


def _with_truth(path: Path) -> Picture | None:
    folder = path.parent.name
    if _NEGATIVE_FOLDER.match(folder):
        return Picture(path, NEGATIVE, None)
    beside = path.with_suffix(".txt")
    if beside.is_file():
        return Picture(path, re.sub(r"-\d+$", "", folder), _text(beside.read_bytes()))
    named = _DIGITS_NAME.fullmatch(path.stem)
    return Picture(path, RETAIL, named[1]) if named else None


def _text(raw: bytes) -> str:
    # Truth files of public sets are UTF-8, but for some old ones.
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
