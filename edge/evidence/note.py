"""What a kept picture says of itself, inside its own JPEG: a copy that was taken away still tells what it shows."""

from typing import Literal

import msgspec

Why = Literal["read", "contradicted", "outvoted", "unreadable"]
"""What it shows: a symbol that was told as a fact; one that the second reader contradicted, or that too few frames had;
a thing without a symbol that could be read."""

START, COMMENT = b"\xff\xd8", b"\xff\xfe"
"""Start of image, and comment.

Source: ITU-T T.81, B.1.1.3 and B.2.4.5.
"""
LENGTH_BYTES = 2
NOTE_BYTES_MAX = 4096
TEXT_CHARS_MAX = 512
"""Of a symbol's text so much is noted; the fact has all of it."""


class NoNote(ValueError):
    """These bytes are no picture of ours: what was expected and what came."""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What a kept picture shows, and of when it is."""

    picture: str
    """Its id, by which the fact names it: 16 hexadecimal digits."""
    station: str
    why: Why
    wall_us: int
    """UTC by the station's clock, which may be wrong."""
    text: str = ""
    symbology: str = ""


def with_note(jpeg: bytes, note: Note) -> bytes:
    """A JPEG that holds a note as its comment."""
    short = msgspec.structs.replace(note, text=note.text[:TEXT_CHARS_MAX])
    said = msgspec.json.encode(short)
    assert jpeg.startswith(START), "an encoder gives a whole JPEG"
    assert len(said) <= NOTE_BYTES_MAX, "a text of this length fits, however it is escaped"
    return START + COMMENT + (len(said) + LENGTH_BYTES).to_bytes(LENGTH_BYTES, "big") + said + jpeg[len(START) :]


def note_of(jpeg: bytes) -> Note:
    """The note in a JPEG, or in the beginning of one. Raises: NoNote."""
    head = len(START) + len(COMMENT)
    if jpeg[:head] != START + COMMENT:
        raise NoNote(f"Expected a JPEG that begins with a note of ours, got {jpeg[:head]!r}.")
    size = int.from_bytes(jpeg[head : head + LENGTH_BYTES], "big")
    said = jpeg[head + LENGTH_BYTES : head + size]
    try:
        return msgspec.json.decode(said, type=Note)
    except msgspec.DecodeError as error:
        raise NoNote(f"Expected a note of ours in the JPEG, got {said[:40]!r}: {error}.") from error
