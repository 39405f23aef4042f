"""The reference of the REST interface, made for reading: the OpenAPI document in rows, without a schema's detours."""

import json
from dataclasses import dataclass
from typing import Any

DEPTH_MAX = 4
"""So deep are fields within fields followed."""
CODES = {
    "200": "The answer, as JSON.",
    "201": "Done.",
    "204": "Done; there is nothing to say.",
    "404": "There is no such thing.",
    "409": "It is not in a state for this.",
    "422": "The request is refused: what was expected and what came.",
    "503": "The hub did not get to it in time: send the same again later.",
}
"""What an answer means where its route does not say."""
SAMPLES: dict[str, Any] = {"integer": 1, "number": 1.0, "boolean": True, "string": "..."}
_FRAMEWORK_WORDS = (
    "Successful Response",
    "Unprocessable Entity",
    "Service Unavailable",
    "Not Found",
    "Conflict",
    "Validation Error",
)


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that a request says: in its path, its query or its body (``lines[].sku``)."""

    name: str
    where: str
    kind: str
    required: bool
    bounds: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One request that the hub answers; ``body`` is an example of what is sent, as JSON, empty if nothing is."""

    method: str
    path: str
    words: str
    fields: tuple[Field, ...]
    answers: tuple[tuple[str, str], ...]
    body: str

    @property
    def anchor(self) -> str:
        """Its name within the page.

        >>> Operation(method="GET", path="/api/stock/{sku}", words="", fields=(), answers=(), body="").anchor
        'get-api-stock-sku'
        """
        return "-".join([self.method.lower(), *self.path.replace("{", "").replace("}", "").strip("/").split("/")])


def operations(document: dict[str, Any]) -> tuple[Operation, ...]:
    """Every operation of an OpenAPI document, in its order."""
    schemas = document.get("components", {}).get("schemas", {})
    return tuple(
        _operation(path, method, told, schemas)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    )


def _operation(path: str, method: str, told: dict[str, Any], schemas: dict[str, Any]) -> Operation:
    fields = [
        _field(p["name"], p["in"], p["schema"], p["required"], schemas, p.get("description", ""))
        for p in told.get("parameters", ())
    ]
    body = ""
    if "requestBody" in told:
        schema = told["requestBody"]["content"]["application/json"]["schema"]
        fields += _fields(schema, "", schemas, 0)
        body = json.dumps(_sample(schema, schemas, 0))
    answers = ((code, _answer_words(code, answer)) for code, answer in sorted(told["responses"].items()))
    return Operation(
        method=method.upper(),
        path=path,
        words=told.get("description", told.get("summary", "")),
        fields=tuple(fields),
        answers=tuple(answers),
        body=body,
    )


def _answer_words(code: str, answer: dict[str, Any]) -> str:
    words = str(answer.get("description", ""))
    return CODES.get(code, words) if words in _FRAMEWORK_WORDS else words


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """The schema that is meant: a reference followed, of a choice the one that is not null."""
    if "$ref" in schema:
        return dict(schemas[schema["$ref"].rsplit("/", 1)[1]])
    choice = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if choice:
        return _resolved(choice[0], schemas) | {key: schema[key] for key in ("description",) if key in schema}
    return schema


def _fields(schema: dict[str, Any], prefix: str, schemas: dict[str, Any], depth: int) -> list[Field]:
    schema = _resolved(schema, schemas)
    found: list[Field] = []
    for name, inner in schema.get("properties", {}).items():
        told = _resolved(inner, schemas)
        required = name in schema.get("required", ())
        found.append(_field(prefix + name, "body", inner, required, schemas, told.get("description", "")))
        if told.get("type") == "array" and depth < DEPTH_MAX:
            found += _fields(told["items"], f"{prefix}{name}[].", schemas, depth + 1)
    return found


def _field(name: str, where: str, schema: dict[str, Any], required: bool, schemas: dict[str, Any], words: str) -> Field:
    told = _resolved(schema, schemas)
    kind = {"array": "list"}.get(told.get("type", ""), told.get("type", "any"))
    return Field(name=name, where=where, kind=kind, required=required, bounds=_bounds(told), words=words)


def _bounds(schema: dict[str, Any]) -> str:
    """What bounds a value.

    >>> _bounds({"type": "integer", "minimum": 1.0, "maximum": 9.0}), _bounds({"type": "string", "maxLength": 64})
    ('1 to 9', 'at most 64 characters')
    """
    for low, high, unit in (
        ("minimum", "maximum", ""),
        ("minLength", "maxLength", " characters"),
        ("minItems", "maxItems", " of them"),
    ):
        least, most = schema.get(low), schema.get(high)
        if most is not None:
            span = f"at most {int(most):,}" if least is None else f"{int(least):,} to {int(most):,}"
            return span + unit
        if least is not None:
            return f"at least {int(least):,}{unit}"
    return ""


def _sample(schema: dict[str, Any], schemas: dict[str, Any], depth: int) -> Any:
    """A small value of the schema: of an object what must be given."""
    told = _resolved(schema, schemas)
    if told.get("type") == "array":
        return [_sample(told["items"], schemas, depth + 1)] if depth < DEPTH_MAX else []
    if told.get("type") == "object":
        return {name: _sample(told["properties"][name], schemas, depth + 1) for name in told.get("required", ())}
    return SAMPLES.get(told.get("type", ""), "...")
