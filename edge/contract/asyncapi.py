"""The contract as an AsyncAPI 3 document, generated from the types.

To bring the file up to date: ``python -m edge.contract.asyncapi > docs/asyncapi.json``.

Source: AsyncAPI Specification 3.0.0 (channels, operations, messages, components).
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from edge.contract.commands import AnyCommand, Result
from edge.contract.events import AnyEvent, Envelope, Recorded
from edge.contract.state import Ack, BayDesired, BenchDesired, Holder, Presence, Reported
from edge.contract.topics import PREFIX, RETAINED, Channel

EDITION = "1"
"""The edition of the contract; the first topic level names it too."""

_EVENT = "AnyEvent"


@dataclass(frozen=True)
class _Carried:
    """What a channel carries, and which side says it."""

    said_by_station: bool
    shapes: Mapping[str, Any]
    meaning: str


_CHANNELS: dict[Channel, _Carried] = {
    Channel.EVENT: _Carried(True, {"Envelope": Envelope}, "Facts of one station in the order of their seq."),
    Channel.ACK: _Carried(False, {"Ack": Ack}, "Everything up to here is committed at the hub."),
    Channel.DESIRED: _Carried(
        False,
        {"BayDesired": BayDesired, "BenchDesired": BenchDesired},
        "The whole desired state of a station.",
    ),
    Channel.REPORTED: _Carried(True, {"Reported": Reported}, "What is true at a station."),
    Channel.PRESENCE: _Carried(True, {"Presence": Presence}, "Whether a station is connected; its will says when not."),
    Channel.COMMAND: _Carried(False, {"AnyCommand": AnyCommand}, "A one-off request."),
    Channel.HOLDER: _Carried(False, {"Holder": Holder}, "Which board has the station's name."),
    Channel.RESULT: _Carried(True, {"Result": Result}, "The answer to a command."),
}


def document() -> dict[str, Any]:
    """The AsyncAPI 3 document as plain data."""
    shapes = {name: shape for carried in _CHANNELS.values() for name, shape in carried.shapes.items()}
    shapes[_EVENT] = AnyEvent
    written, components = msgspec.json.schema_components(
        list(shapes.values()), ref_template="#/components/schemas/{name}"
    )
    schemas = dict(components)
    for name, schema in zip(shapes, written, strict=True):
        schemas.setdefault(name, schema)
    # msgspec cannot see into raw JSON: what lies there is an event, or one that a newer station knows
    schemas[Recorded.__name__]["properties"]["event"] = {"$ref": f"#/components/schemas/{_EVENT}"}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Shelflight: stations and hub",
            "version": EDITION,
            "description": "Generated from edge/contract. Unknown fields are ignored; an unknown type is quarantined.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {channel.value: _channel(channel, carried) for channel, carried in _CHANNELS.items()},
        "operations": {_operation_name(c, carried): _operation(c, carried) for c, carried in _CHANNELS.items()},
        "components": {
            "messages": {
                name: {"name": name, "payload": {"$ref": f"#/components/schemas/{name}"}}
                for carried in _CHANNELS.values()
                for name in carried.shapes
            },
            "schemas": dict(sorted(schemas.items())),
        },
    }


def text() -> str:
    """The document as it is checked in."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _channel(channel: Channel, carried: _Carried) -> dict[str, Any]:
    return {
        "address": f"{PREFIX}/{{site}}/{{device}}/{channel}",
        "description": carried.meaning,
        "parameters": {
            "site": {"description": "The site's name."},
            "device": {"description": "The station's name."},
        },
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in carried.shapes},
    }


def _operation_name(channel: Channel, carried: _Carried) -> str:
    return f"{'send' if carried.said_by_station else 'receive'}{channel.value.capitalize()}"


def _operation(channel: Channel, carried: _Carried) -> dict[str, Any]:
    """As the station sees it."""
    return {
        "action": "send" if carried.said_by_station else "receive",
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": carried.meaning,
        "bindings": {"mqtt": {"qos": 1, "retain": channel in RETAINED, "bindingVersion": "0.2.0"}},
    }


if __name__ == "__main__":
    sys.stdout.write(text())
