"""The faults of a request in words: where, what was expected, what came."""

from collections.abc import Mapping, Sequence
from typing import Any

CAME_CHARS_MAX = 60
"""How much of what came is repeated."""
_ONE_OF = {"lines": "line", "added": "added line", "rows": "row"}
"""What one of a list is called; it is counted from 1."""
_EXPECTED = {
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text",
    "string_unicode": "text that is Unicode",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "text of one line without control characters",
    "list_type": "a list",
    "too_short": "at least {min_length} of them",
    "too_long": "at most {max_length} of them",
    "literal_error": "{expected}",
    "model_type": "an object with keys",
    "model_attributes_type": "an object with keys",
    "dict_type": "an object with keys",
}
"""What was expected, by the kind of fault. Source: Pydantic documentation, "Validation Errors"."""


def fault_words(fault: Mapping[str, Any]) -> str:
    """One fault of a request, as FastAPI tells it, in a sentence.

    What came is repeated in ASCII: a text that is no Unicode (half of a surrogate pair) can be refused, but not be sent
    back.

    >>> where = ("body", "lines", 0, "units")
    >>> fault_words({"type": "int_type", "loc": where, "msg": "Input should be a valid integer", "input": "3"})
    "line 1: units: expected a whole number, got '3'."
    """
    kind, loc = fault["type"], fault["loc"]
    if kind == "json_invalid":
        return f"body: expected JSON, cannot be read at character {loc[-1] + 1}."
    where = _where(loc)
    if kind == "missing":
        return f"{where}: expected {'at least one' if loc[0] == 'query' else 'a value'}, got none."
    if kind == "unknown_key":
        return f"{where}: {fault['msg']}."
    came = ascii(fault.get("input"))
    if len(came) > CAME_CHARS_MAX:
        came = came[:CAME_CHARS_MAX] + "..."
    return f"{where}: {_expected(kind, fault)}, got {came}."


def _expected(kind: str, fault: Mapping[str, Any]) -> str:
    if kind in _EXPECTED:
        return "expected " + _EXPECTED[kind].format(**fault.get("ctx", {}))
    said = ascii(fault["msg"]).strip("'\"")
    return said.replace("Input should be", "expected", 1)


def _where(loc: Sequence[str | int]) -> str:
    """Where the fault is: ``line 2: units``, ``delivery: city``, ``query.sku``, ``body``."""
    parts: list[str] = []
    for part in loc:
        if isinstance(part, int) and parts:
            parts[-1] = f"{_ONE_OF.get(parts[-1], parts[-1])} {part + 1}"
        elif part in ("query", "path", "header"):
            continue
        elif part != "body":
            parts.append(str(part))
    prefix = f"{loc[0]}." if loc and loc[0] in ("query", "path", "header") else ""
    return prefix + ": ".join(parts) if parts else "body"
