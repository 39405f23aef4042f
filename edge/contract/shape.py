"""What is wrong with values that do not fit a section's shape, in the words of who wrote the file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args

import msgspec
from msgspec import inspect

CAME_CHARS_MAX = 80
"""How much of what came an error repeats."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong."""

    place: str
    """Where it stands, as ``bins[3] (bay-01/04): channel``; empty for the whole file."""
    expected: str
    came: str
    mend: str
    """A sentence that says how to mend it; empty where what was expected says it."""

    def __str__(self) -> str:
        said = f"expected {self.expected}, got {self.came}."
        return " ".join(filter(None, (f"{self.place}: {said}" if self.place else said, self.mend)))


def faults(value: object, kind: Any, place: str = "") -> Iterator[Fault]:
    """All that is wrong with a value as TOML gives it, in the order of the file; nothing, if it fits.

    Args:
        value: What came.
        kind: The shape: a struct that forbids unknown fields, a tuple of any length, or a plain type; each may be
            optional. The description of its ``msgspec.Meta`` is what the words say of a pattern.
        place: Where it stands.
    """
    info, words = _plain(inspect.type_info(kind))
    if isinstance(info, inspect.StructType):
        yield from _in_section(value, info, place)
    elif isinstance(info, inspect.VarTupleType) and isinstance(value, list):
        for number, item in enumerate(value):
            yield from faults(item, get_args(kind)[0], f"{place}[{number}]{_called(item)}")
    else:
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError:
            expected = words or _words(info)
            yield Fault(place=place, expected=expected, came=_came(value), mend=_mend(value, info))


def _in_section(value: object, info: inspect.StructType, place: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(place=place, expected=_words(info), came=_came(value), mend="")
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(info.cls)}
    for key, inner in value.items():
        if key in fields:
            yield from faults(inner, fields[key].type, f"{place}{_joint(place)}{key}")
        else:
            close = get_close_matches(key, fields, 1)
            yield Fault(
                place=place,
                expected=f"no other keys than {', '.join(fields)}",
                came=f"'{key}'",
                mend=f"Write {close[0]}, if that is meant; else take it out." if close else "Take it out.",
            )
    for key, field in fields.items():
        if field.required and key not in value:
            missing, words = _plain(inspect.type_info(field.type))
            mend = f"Add it: {words or _words(missing)}."
            yield Fault(place=place, expected=f"the key {key}", came="none", mend=mend)


def _plain(info: inspect.Type) -> tuple[inspect.Type, str]:
    """A type without what may be absent, and what its description says."""
    words = ""
    while isinstance(info, inspect.Metadata | inspect.UnionType):
        if isinstance(info, inspect.Metadata):
            words = (info.extra_json_schema or {}).get("description", words)
            info = info.type
        else:
            info = next(one for one in info.types if not isinstance(one, inspect.NoneType))
    return info, words


def _words(info: inspect.Type) -> str:
    """What is expected of a type."""
    match info:
        case inspect.StructType():
            return f"a section with the keys {', '.join(field.encode_name for field in info.fields)}"
        case inspect.LiteralType():
            return f"one of {', '.join(map(str, info.values))}"
        case inspect.IntType():
            return "a whole number" + _between(info.ge, info.le)
        case inspect.StrType(pattern=str()):
            return f"text like {info.pattern}"
        case inspect.StrType():
            return "text" + _between(info.min_length, info.max_length, " characters")
        case inspect.VarTupleType():
            return "a list"
    return type(info).__name__.removesuffix("Type").lower()


def _between(least: int | None, most: int | None, what: str = "") -> str:
    if least is not None and most is not None:
        return f" of {least} to {most}{what}"
    if least is not None:
        return f" of at least {least}{what}"
    return "" if most is None else f" of at most {most}{what}"


def _came(value: object) -> str:
    if isinstance(value, dict | list):
        return "a section" if isinstance(value, dict) else "a list"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    text = text if len(text) <= CAME_CHARS_MAX else text[:CAME_CHARS_MAX] + "..."
    return f"'{text}'" if isinstance(value, str) else text


def _mend(value: object, info: inspect.Type) -> str:
    if isinstance(info, inspect.LiteralType) and (close := get_close_matches(str(value), map(str, info.values), 1)):
        return f"Write {close[0]}, if that is meant."
    if isinstance(info, inspect.IntType) and isinstance(value, str):
        return "A number stands without quotation marks."
    if isinstance(info, inspect.StrType) and isinstance(value, int | float):
        return "Text stands in quotation marks."
    return ""


def _called(item: object) -> str:
    """What a section of a list calls itself: its place is counted from 0, and hard to find among forty."""
    name = item.get("name") if isinstance(item, dict) else None
    return f" ({name})" if isinstance(name, str) and len(name) <= CAME_CHARS_MAX else ""


def _joint(place: str) -> str:
    return "" if not place else ": " if place.endswith(")") else "."


def twice(keyed: Iterable[tuple[object, str]]) -> Iterator[tuple[object, str]]:
    """Each key that stands more than once, with what it stands for; a key of None is none.

    >>> list(twice([(1, "a"), (2, "b"), (1, "c"), (None, "d"), (None, "e")]))
    [(1, 'a and c')]
    """
    found: dict[object, list[str]] = {}
    for key, what in keyed:
        if key is not None:
            found.setdefault(key, []).append(what)
    yield from ((key, " and ".join(whats)) for key, whats in found.items() if len(whats) > 1)
