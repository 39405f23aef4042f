"""Rhythms: whoever sees no colours sees what a light means all the same, and what does not change wakes nobody."""

from itertools import combinations
from typing import get_args

import pytest
from msgspec.structs import replace

from edge.contract.state import Colour, Lit
from edge.eyes import Eye
from edge.rhythm import PERIOD_MS, PHASES_MS, Rhythm, is_bright, next_edge_us, rhythm_of
from edge.showing import TURN_US, Manner, next_turn_us, shines

CODED = Manner(coded=True)
STEP_MS = 25
DIFFERS_MS_MIN = 150
"""Two rhythms are told apart if they differ for at least this long within a period, however they are shifted."""

PICKERS: tuple[Colour, ...] = ("blue", "green", "magenta", "cyan")
AT_A_BIN: dict[str, Lit] = {
    **{f"pick of {colour}": Lit(place="bin", colour=colour, task="t") for colour in PICKERS},
    **{f"{colour}, button forgotten": Lit(place="bin", colour=colour, pattern="fast", task="t") for colour in PICKERS},
    "put away": Lit(place="bin", colour="yellow", task="t"),
    "fill up from reserve": Lit(place="bin", colour="yellow", pattern="blink", task="t"),
    "put away, button forgotten": Lit(place="bin", colour="yellow", pattern="fast", task="t"),
    "count": Lit(place="bin", colour="white", task="t"),
    "a difference": Lit(place="bin", colour="red", pattern="blink"),
    "wrong bin, swapped bin, nothing recorded": Lit(place="bin", colour="red", pattern="fast"),
    "the hub is lost": Lit(place="bin", colour="amber", pattern="blink", text="HUB?"),
    "a device has failed": Lit(place="bin", colour="amber", pattern="blink", text="DEV?"),
    "here it is": Lit(place="bin", colour="white", pattern="fast"),
}
AT_A_WALL: dict[str, Lit] = {
    "put": Lit(place="cell", colour="yellow", task="t"),
    "put, button forgotten": Lit(place="cell", colour="yellow", pattern="fast", task="t"),
    "complete": Lit(place="cell", colour="green", text="DONE"),
    "being packed": Lit(place="cell", colour="green", pattern="blink", text="PACK"),
    "a difference": Lit(place="cell", colour="red", pattern="blink"),
    "wrong cell": Lit(place="cell", colour="red", pattern="fast"),
    "the hub is lost": Lit(place="cell", colour="amber", pattern="blink", text="HUB?"),
}
AT_THE_BEACON: dict[str, Lit] = {
    "there is work": Lit(place="beacon", colour="green", pattern="blink"),
    "nothing is recorded": Lit(place="beacon", colour="red", pattern="fast"),
    "the hub is lost": Lit(place="beacon", colour="amber"),
    "a device has failed": Lit(place="beacon", colour="amber", pattern="blink"),
    "here it is": Lit(place="beacon", colour="white", pattern="fast"),
}


def sampled(rhythm: Rhythm) -> list[bool]:
    """Bright or dim through a common multiple of all periods."""
    return [is_bright(rhythm, ms * 1_000) for ms in range(0, 5 * PERIOD_MS, STEP_MS)]


def differs_ms(one: Rhythm, other: Rhythm) -> float:
    """For how long of a period two rhythms differ, in the shift in which they look most alike."""
    a, b = sampled(one), sampled(other)
    least = min(sum(x != y for x, y in zip(a, b[n:] + b[:n], strict=True)) for n in range(PERIOD_MS // STEP_MS))
    return least * STEP_MS / 5


@pytest.mark.parametrize("meanings", [AT_A_BIN, AT_A_WALL, AT_THE_BEACON])
def test_no_two_meanings_look_alike_to_an_eye_without_colours(meanings: dict[str, Lit]) -> None:
    rhythms = {meaning: rhythm_of(light, coded=True) for meaning, light in meanings.items()}
    for one, other in combinations(rhythms, 2):
        assert differs_ms(rhythms[one], rhythms[other]) >= DIFFERS_MS_MIN, (one, other)


def test_without_codes_a_light_shows_by_its_pattern() -> None:
    for light in AT_A_BIN.values():
        assert rhythm_of(light, coded=False) == light.pattern


@pytest.mark.parametrize("rhythm", get_args(Rhythm))
def test_a_rhythm_turns_exactly_at_its_edges(rhythm: Rhythm) -> None:
    edge_us = next_edge_us(rhythm, 0)
    if rhythm == "steady":
        assert edge_us is None
        return
    for _ in range(20):
        assert edge_us is not None
        assert is_bright(rhythm, edge_us) != is_bright(rhythm, edge_us - 1)
        following = next_edge_us(rhythm, edge_us)
        assert following is not None
        assert following > edge_us
        assert is_bright(rhythm, following - 1) == is_bright(rhythm, edge_us)
        edge_us = following


@pytest.mark.parametrize("meaning", AT_A_BIN)
@pytest.mark.parametrize("late_us", [0, 40_000])
def test_an_eye_reads_the_code_of_each_meaning(meaning: str, late_us: int) -> None:
    light = AT_A_BIN[meaning]
    rhythm = rhythm_of(light, coded=True)
    eye, now_us = Eye(), 777_000
    for number in range(40):
        seen = eye.look(shines([light], now_us, CODED), now_us)
        now_us = (next_turn_us([light], now_us, CODED) or now_us + 200_000) + late_us * (number % 2)
    assert (seen[0].rhythm or seen[0].pattern) == rhythm
    assert seen[0].colour == light.colour


def test_lights_that_do_not_change_wake_nobody() -> None:
    assert next_turn_us([], 5, CODED) is None
    assert next_turn_us([AT_A_BIN["pick of blue"]], 5, CODED) is None
    steady = [replace(light, place=name) for name, light in AT_A_BIN.items() if light.pattern == "steady"]
    assert next_turn_us(steady, 5) is None


def test_a_whole_bay_of_coded_lights_turns_together() -> None:
    lit = [Lit(place=f"bin {n}", colour="green", task="t") for n in range(40)]
    turns, now_us = 0, 0
    while now_us < 10 * PERIOD_MS * 1_000:
        following = next_turn_us(lit, now_us, CODED)
        assert following is not None
        turns, now_us = turns + 1, following
    assert turns == 20, "twice a period, however many bins there are"


def test_a_lamp_of_several_colours_shows_each_in_its_turn_with_its_whole_code() -> None:
    lit = [Lit(place="aisle", colour="green"), Lit(place="aisle", colour="cyan")]
    assert TURN_US == PERIOD_MS * 1_000
    assert [shines(lit, n * TURN_US)["aisle"].rgb for n in range(3)] == [(0, 255, 0), (0, 255, 255), (0, 255, 0)]
    assert next_turn_us(lit, 5) == TURN_US
    assert sum(phase for phase in PHASES_MS["three dips"]) == PERIOD_MS
