"""A person is led to a bin or a station; no alarm and no task is hidden by it."""

from edge.contract.state import Lit
from edge.pointing import HERE_TEXT, POINT_MAX_S, Pointing

PLACES = ("bay-01/01", "bay-01/02", "beacon")
S = 1_000_000
HERE = Lit(place="bay-01/01", colour="white", pattern="fast", text=HERE_TEXT)
TOP = Lit(place="beacon", colour="white", pattern="fast")


def test_a_dark_bin_that_is_looked_for_blinks_with_its_bay_s_beacon_and_ends_to() -> None:
    pointing = Pointing(PLACES)
    assert pointing.locate("bay-01/01", 20, 0) == ""
    assert pointing.over((), 19 * S) == (HERE, TOP)
    assert pointing.over((), 20 * S) == ()


def test_a_bin_that_shows_a_task_or_an_alarm_goes_on_to_show_it() -> None:
    pointing = Pointing(PLACES)
    pointing.locate("bay-01/01", 20, 0)
    for shown in (
        Lit(place="bay-01/01", colour="blue", text="A  5", task="t"),
        Lit(place="bay-01/01", colour="red", pattern="fast", text="!-3"),
    ):
        assert pointing.over((shown,), 1) == (shown, TOP)


def test_a_beacon_that_tells_of_trouble_is_not_hidden_and_one_that_tells_of_work_is() -> None:
    pointing = Pointing(PLACES)
    pointing.locate("bay-01/01", 20, 0)
    for colour, hidden in (("red", False), ("amber", False), ("green", True)):
        top = Lit(place="beacon", colour=colour)  # type: ignore[arg-type]
        assert pointing.over((top,), 1) == ((HERE, TOP) if hidden else (top, HERE))


def test_a_bay_without_a_beacon_blinks_the_bin_alone() -> None:
    pointing = Pointing(PLACES[:2])
    pointing.locate("bay-01/01", 20, 0)
    assert pointing.over((), 1) == (HERE,)


def test_what_is_no_bin_of_the_station_is_refused_in_words() -> None:
    pointing = Pointing(PLACES)
    for name in ("bay-02/01", "beacon", ""):
        assert pointing.locate(name, 20, 0) == f"Expected a bin of this station, got '{name}'."
    assert pointing.over((), 1) == ()


def test_no_command_makes_anything_blink_for_longer_than_a_minute() -> None:
    pointing = Pointing(PLACES)
    pointing.locate("bay-01/01", 10**9, 0)
    pointing.identify(10**9, 0)
    assert pointing.over((), POINT_MAX_S * S - 1)
    assert pointing.over((), POINT_MAX_S * S) == ()


def test_looking_for_a_bin_again_lets_it_blink_anew_and_another_beside_it() -> None:
    pointing = Pointing(PLACES)
    pointing.locate("bay-01/01", 5, 0)
    pointing.locate("bay-01/02", 20, 0)
    pointing.locate("bay-01/01", 5, 4 * S)
    assert {light.place for light in pointing.over((), 8 * S)} == set(PLACES)
    assert {light.place for light in pointing.over((), 10 * S)} == {"bay-01/02", "beacon"}
