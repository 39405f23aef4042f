"""Configuration structs as TOML text, so that what the demo makes can be read and changed by hand."""

from typing import Any

import msgspec


def toml_text(struct: msgspec.Struct, heading: str) -> str:
    """One configuration struct as a TOML file: what is none or empty is left out.

    Lists of sections stand as inline tables, one a line.
    """
    values: dict[str, Any] = msgspec.to_builtins(struct)
    plain = {k: v for k, v in values.items() if v is not None and v not in ((), [])}
    rows = [f"# {heading}", ""]
    rows += [f"{k} = {_value(v)}" for k, v in plain.items() if not isinstance(v, dict | list | tuple)]
    for name, entries in plain.items():
        if isinstance(entries, list | tuple):
            rows += [f"{name} = [", *(f"    {_value(entry)}," for entry in entries), "]"]
    for name, section in plain.items():
        if isinstance(section, dict):
            rows += ["", f"[{name}]", *(f"{k} = {_value(v)}" for k, v in section.items() if v is not None)]
    return "\n".join(rows) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    assert isinstance(value, dict), f"{type(value).__name__} has no place in our configuration"
    return "{ " + ", ".join(f"{k} = {_value(v)}" for k, v in value.items() if v is not None) + " }"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'
