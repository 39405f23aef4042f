"""A station's signals from its logic to the twin of its metal: a mistake taken back, a bin found, a sound heard."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.contract.codec import encode
from edge.contract.commands import LocateBin
from edge.contract.events import ConfirmationUndone, UnitsPicked
from edge.contract.site import load_site
from edge.contract.topics import Channel
from edge.main import manner_of
from edge.showing import Manner
from tests.edge.test_agent import A_BIN, Station, one_pick, site_in
from tests.waiting import wait_until


@pytest.fixture
def bay(tmp_path: Path) -> Iterator[Station]:
    station = Station(tmp_path, "bay-01")
    yield station
    station.close()


def lit(bay: Station, place: str = A_BIN) -> str:
    """The text at a bin; empty if it is dark."""
    return next((light.text for light in bay.devices.seen().lights if light.place == place), "")


def test_a_confirmation_is_taken_back_with_a_finger_and_both_are_heard(bay: Station) -> None:
    bay.want(one_pick())
    wait_until(lambda: lit(bay) == "B  3", 2, "the light")
    bay.fingers.press(f"confirm {A_BIN}", held_ms=60)
    wait_until(lambda: bay.has(UnitsPicked) and not lit(bay), 2, "the pick")
    wait_until(lambda: bay.devices.seen().heard == "confirmed", 2, "the sound of it")
    bay.fingers.press(f"confirm {A_BIN}", held_ms=1_500)
    wait_until(lambda: bay.has(ConfirmationUndone) and lit(bay) == "B  3", 4, "its undoing")
    wait_until(lambda: bay.devices.seen().heard == "undone", 2, "the sound of that")
    assert bay.devices.seen().heard_times == 2
    wait_until(lambda: bay.devices.wall.tone_hz == 0, 2, "silence")


def test_a_bin_that_is_looked_for_blinks_and_one_of_elsewhere_is_refused(bay: Station) -> None:
    for number, name in enumerate(("bay-01/03", "bay-09/01")):
        bay.agent.on_message(Channel.COMMAND, encode(LocateBin(command=f"C{number}", bin=name, seconds=2)))
    wait_until(lambda: lit(bay, "bay-01/03") == "HERE", 2, "the bin")
    results = [payload for channel, payload in bay.published if channel is Channel.RESULT]
    assert [b'"done"' in results[0], b'"refused"' in results[1]] == [True, True]
    wait_until(lambda: not lit(bay, "bay-01/03"), 4, "its end")
    assert bay.devices.seen().heard_times == 0, "nobody confirmed anything, and nothing is wrong"


def test_the_manner_of_a_station_is_what_its_file_says(tmp_path: Path) -> None:
    directory = site_in(tmp_path / "site")
    path = directory / "stations" / "bay-01.toml"
    assert manner_of(load_site(directory).station("bay-01")) == Manner(sounds=("confirmed", "undone", "alarm"))
    assert manner_of(load_site(directory).station("bay-02")) == Manner()
    text = path.read_text("utf-8").replace("buzzer = { pin = 18 }", 'buzzer = { pin = 18, sounds = ["alarm"] }')
    path.write_text(text + "lights = { codes = true, brightness = 40 }\n", "utf-8")
    said = Manner(coded=True, brightness=40, sounds=("alarm",))
    assert manner_of(load_site(directory).station("bay-01")) == said


def test_a_bay_with_codes_is_read_by_an_eye_without_colours(tmp_path: Path) -> None:
    path = site_in(tmp_path / "site") / "stations" / "bay-01.toml"
    path.write_text(path.read_text("utf-8") + "lights = { codes = true, brightness = 40 }\n", "utf-8")
    bay = Station(tmp_path, "bay-01")
    try:
        bay.want(one_pick())

        def rhythm() -> str:
            return next((light.rhythm for light in bay.devices.seen().lights if light.place == A_BIN), "")

        wait_until(lambda: rhythm() == "one dip", 12, "green's code")
    finally:
        bay.close()
