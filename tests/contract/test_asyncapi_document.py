"""The AsyncAPI document is generated, checked in, and names everything."""

from pathlib import Path
from typing import get_args

from edge.contract import asyncapi
from edge.contract.events import AnyEvent
from edge.contract.topics import Channel

DOCUMENT = Path(__file__).parents[2] / "docs" / "asyncapi.json"


def test_the_document_that_is_checked_in_is_up_to_date() -> None:
    assert DOCUMENT.read_text("utf-8") == asyncapi.text(), (
        "The contract has changed: python -m edge.contract.asyncapi > docs/asyncapi.json"
    )


def test_every_channel_and_every_event_stands_in_it() -> None:
    document = asyncapi.document()
    assert set(document["channels"]) == {channel.value for channel in Channel}
    assert {shape.__name__ for shape in get_args(AnyEvent)} <= set(document["components"]["schemas"])


def test_every_reference_leads_somewhere() -> None:
    document = asyncapi.document()
    found: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, dict):
            found.extend(v for k, v in value.items() if k == "$ref")
            for inner in value.values():
                collect(inner)
        elif isinstance(value, list):
            for inner in value:
                collect(inner)

    collect(document)
    for reference in found:
        place = document
        for step in reference.removeprefix("#/").split("/"):
            assert step in place, f"{reference} leads nowhere"
            place = place[step]
