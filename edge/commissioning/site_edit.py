"""Changing the names of a station's bins in its file, and nothing else: comments, order and spelling stay.

The names are replaced where they stand in the text, and the text is believed only if it says, read again, exactly what
was meant: a file that is written in a way which this cannot follow is left alone, and said.
"""

import difflib
import json
import os
import re
import tempfile
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from edge.contract.site import BadSite, Station, check_station, parse_toml

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""' + r"|'''.*?'''" + r'|"(?:\\.|[^"\\\n])*"' + r"|'[^'\n]*'|#[^\n]*",
    re.DOTALL,
)
"""A comment or a string of TOML, whichever begins first. Source: TOML 1.0.0, comments and strings."""
_NAME_KEY = re.compile(r"(?:^|[\s{,])(?:name|\"name\"|'name')[ \t]*=[ \t]*\Z")


class CannotEdit(Exception):
    """The file cannot be changed by this program; the text says why, and what to do by hand."""


def renamed(path: Path, text: str, names: Sequence[str]) -> str:
    """The text of a station's file in which its bins, in their order, have these names.

    Raises:
        CannotEdit: the names do not stand in the text where they can be replaced.
        BadSite: the station would not be a good one with these names.
    """
    station = parse_toml(path, text, Station)
    before = [bin_.name for bin_ in station.bins]
    assert len(names) == len(before), "each position has one name"
    pieces, start, place = [], 0, 0
    for token in _TOKEN.finditer(text):
        if place == len(before) or token[0].startswith("#") or not _NAME_KEY.search(text, 0, token.start()):
            continue
        if _value(token[0]) == before[place]:
            pieces += [text[start : token.start()], json.dumps(names[place], ensure_ascii=False)]
            start = token.end()
            place += 1
    after = "".join([*pieces, text[start:]])
    _prove(path, text, after, names)
    check_station(path, parse_toml(path, after, Station))
    return after


def _value(literal: str) -> Any:
    try:
        return tomllib.loads(f"v = {literal}")["v"]
    except tomllib.TOMLDecodeError:
        return None


def _prove(path: Path, before: str, after: str, names: Sequence[str]) -> None:
    """The text after says what the text before says, but for the names. Raises: CannotEdit."""
    meant = tomllib.loads(before)
    for values, name in zip(meant["bins"], names, strict=True):
        values["name"] = name
    try:
        said = tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        said = {}
    if said != meant:
        listed = ", ".join(names)
        raise CannotEdit(
            f'{path}: expected each bin\'s name as name = "..." in its own section or table, found it otherwise:'
            f" nothing was written. Write the names of its bins by hand, in this order: {listed}."
        )


def difference(path: Path, before: str, after: str) -> str:
    """What changes in the file, as a unified diff; empty if nothing does."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"{path} (now)", f"{path} (as scanned)", lineterm="", n=1
    )
    return "\n".join(lines)


def backup_of(path: Path, wall_us: int) -> Path:
    """Where the file as it was is kept: beside it, by the UTC time, under a name that no site is read from.

    >>> backup_of(Path("stations/bay-07.toml"), 1_298_970_000_000_000).name
    'bay-07.toml.20110301-090000.bak'
    """
    moment = datetime.fromtimestamp(wall_us / 1e6, UTC)
    return path.with_name(f"{path.name}.{moment:%Y%m%d-%H%M%S}.bak")


def replace_file(path: Path, before: str, after: str, wall_us: int) -> Path:
    """Write the file whole or not at all, beside a backup; the backup's path.

    Raises:
        CannotEdit: the file is not ``before`` any more.
        OSError: the directory cannot be written.
    """
    if path.read_bytes() != before.encode():
        raise CannotEdit(f"{path}: it was changed meanwhile by somebody else: nothing was written. Run this again.")
    backup = backup_of(path, wall_us)
    mode = path.stat().st_mode & 0o777
    write_whole(backup, before, mode)
    write_whole(path, after, mode)
    return backup


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file so that, whenever the power goes, it is the old one or the new one. Raises: OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            os.fchmod(handle, mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
    _on_disk(path.parent)


def _on_disk(directory: Path) -> None:
    """A new name is on the disk when its directory is. Source: fsync(2)."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_text(path: Path) -> str:
    """A station's file as it stands, line ends included. Raises: BadSite."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadSite(f"{path}: expected a file that can be read as UTF-8, got: {error}.") from error
