"""What pages say."""

from typing import get_args

from edge.contract.events import AlarmKind
from hub.dashboard.wording import advice_on, clock_text, day_text, moment_text, title_of


def test_every_alarm_that_a_station_can_raise_has_a_title_and_says_how_it_is_mended() -> None:
    for kind in get_args(AlarmKind):
        assert advice_on(kind), kind
        assert title_of(kind)[0].isupper()


def test_an_exception_of_an_unknown_kind_is_still_shown_by_its_name() -> None:
    assert title_of("roof_leaks") == "Roof leaks"
    assert advice_on("roof_leaks") == ""


def test_a_time_that_is_not_known_yet_is_shown_as_nothing() -> None:
    assert clock_text(None) == day_text(None) == moment_text(None) == ""
