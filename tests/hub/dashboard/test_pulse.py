"""The live stream, on an event loop of its own and without a web server."""

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from hub.dashboard.pulse import QUEUE_MAX, Line, Pulse, TooManyListeners

WAIT_S = 5.0


class Stage:
    """A pulse over lights that the test sets."""

    def __init__(self) -> None:
        self.state: dict[str, dict[str, Any]] = {"bay-01": {"lit": []}, "bay-02": {"lit": []}}
        self.version = 0
        self.figures_read = itertools.count()
        self.pulse = Pulse(
            version=lambda: self.version,
            lights=lambda: {name: dict(station) for name, station in self.state.items()},
            figures=lambda: {"read": next(self.figures_read)},
        )

    def light(self, bay: str, *lit: str) -> None:
        self.state[bay] = {"lit": list(lit)}
        self.version += 1


def run(scene: Callable[[Stage], Awaitable[None]]) -> None:
    async def play() -> None:
        stage = Stage()
        await scene(stage)
        stage.pulse.close()

    asyncio.run(play())


async def hear(line: Line, event: str) -> Any:
    """The next message of a kind."""
    while True:
        told = await asyncio.wait_for(line.get(), WAIT_S)
        assert told is not None
        head, _, data = told.decode().partition(f"event: {event}\ndata: ")
        if data:
            return json.loads(data)
        assert "event: " in head


def test_a_newcomer_hears_everything_then_only_what_changes() -> None:
    async def scene(stage: Stage) -> None:
        line = stage.pulse.join()
        assert await hear(line, "lights") == stage.state
        stage.light("bay-02", "A  1")
        assert await hear(line, "lights") == {"bay-02": {"lit": ["A  1"]}}

    run(scene)


def test_all_listeners_share_one_message_made_once() -> None:
    async def scene(stage: Stage) -> None:
        one, other = stage.pulse.join(), stage.pulse.join()
        await hear(one, "lights")
        await hear(other, "lights")
        first, second = await hear(one, "figures"), await hear(other, "figures")
        assert first == second
        assert next(stage.figures_read) == first["read"] + 1

    run(scene)


def test_a_listener_that_does_not_read_is_let_go_and_the_others_hear_on() -> None:
    async def scene(stage: Stage) -> None:
        slow, quick = stage.pulse.join(), stage.pulse.join()
        await hear(quick, "lights")
        for n in range(QUEUE_MAX + 1):
            stage.light("bay-01", str(n))
            assert await hear(quick, "lights") == {"bay-01": {"lit": [str(n)]}}
        assert stage.pulse.listeners == 1
        assert [told async for told in stage.pulse.stream(slow)] == []

    run(scene)


def test_when_nobody_listens_nothing_is_read() -> None:
    async def scene(stage: Stage) -> None:
        stream = stage.pulse.stream(stage.pulse.join())
        await anext(stream)
        await stream.aclose()  # type: ignore[attr-defined]
        assert stage.pulse.listeners == 0
        async with asyncio.timeout(WAIT_S):
            while stage.pulse.beating:
                await asyncio.sleep(0.01)
        stage.light("bay-01", "x")
        assert (await hear(stage.pulse.join(), "lights"))["bay-01"] == {"lit": ["x"]}

    run(scene)


def test_closing_ends_every_stream_and_lets_nobody_in() -> None:
    async def scene(stage: Stage) -> None:
        line = stage.pulse.join()
        stage.pulse.close()
        assert [told async for told in stage.pulse.stream(line)] == []
        with pytest.raises(TooManyListeners):
            stage.pulse.join()

    run(scene)


def test_figures_that_cannot_be_read_end_the_streams_so_that_pages_ask_anew() -> None:
    async def scene(stage: Stage) -> None:
        def broken() -> dict[str, Any]:
            raise OSError("disk full")

        pulse = Pulse(version=lambda: 0, lights=lambda: stage.state, figures=broken)
        line = pulse.join()
        heard = [told async for told in pulse.stream(line)]
        assert len(heard) <= 1
        assert pulse.listeners == 0

    run(scene)
