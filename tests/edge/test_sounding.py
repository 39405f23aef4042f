"""What a station lets hear, from the fact to the tone at its pin and back to the ear."""

import pytest

from edge.contract.events import (
    AlarmCleared,
    AlarmRaised,
    ConfirmationUndone,
    Event,
    StationStarted,
    UnitsPicked,
)
from edge.contract.signals import Sound
from edge.contract.state import Prompt, Tone
from edge.ears import TONES, Ear
from edge.sounding import BUZZER, NOTES, RANK, Sounding
from firmware.errors import DeviceMissing

PICKED = UnitsPicked(task="t", bin="b", units=1, units_asked=1, by="button")
UNDONE = ConfirmationUndone(task="t", bin="b", kind="pick", units=1)
RAISED = AlarmRaised(alarm="a", kind="over_pick", place="b")
QUIET = (StationStarted(version="1", simulated=True), AlarmCleared(alarm="a", kind="over_pick", place="b", by="mended"))


class Listened:
    """A buzzer that writes down when it sounded at what, and an ear beside it."""

    def __init__(self, sounds: tuple[Sound, ...] = RANK) -> None:
        self.now_us = 0
        self.tones: list[tuple[int, int]] = []
        self.health: list[tuple[str, bool, str]] = []
        self.broken = False
        self.ear = Ear()
        self.sounding = Sounding(self.tone, sounds, lambda *said: self.health.append(said), lambda: self.now_us)

    def tone(self, hz: int) -> None:
        if self.broken:
            raise DeviceMissing("pulled")
        self.tones.append((self.now_us // 1_000, hz))
        self.ear.hear(hz)

    def tell(self, *events: Event) -> None:
        self.sounding.told(events)

    def pass_time(self, ms: int = 10_000) -> None:
        end_us = self.now_us + ms * 1_000
        while (wake_us := self.sounding.wake_us) is not None and wake_us <= end_us:
            self.now_us = wake_us
            self.sounding.play()
        self.now_us = end_us


@pytest.mark.parametrize(("event", "sound"), [(PICKED, "confirmed"), (UNDONE, "undone"), (RAISED, "alarm")])
def test_each_sound_is_played_in_time_and_heard_as_what_it_is(event: Event, sound: Sound) -> None:
    room = Listened()
    room.tell(event)
    room.pass_time()
    at_ms, expected = 0, []
    for hz, ms in NOTES[sound]:
        expected.append((at_ms, hz))
        at_ms += ms
    assert room.tones == [*expected, (at_ms, 0)], "and silence at its end"
    assert (room.ear.last, room.ear.times) == (sound, 1)
    assert room.sounding.wake_us is None, "silence wakes nobody"


def test_what_is_no_answer_and_no_trouble_is_not_heard() -> None:
    room = Listened()
    room.tell(*QUIET)
    room.pass_time()
    assert room.tones == []


def test_of_several_facts_at_once_the_weightiest_is_heard_alone() -> None:
    room = Listened()
    room.tell(PICKED, RAISED, *QUIET)
    room.pass_time()
    assert (room.ear.last, room.ear.times) == ("alarm", 1)


def test_an_alarm_cuts_a_confirmation_short_and_not_the_other_way_round() -> None:
    room = Listened()
    room.tell(PICKED)
    room.pass_time(20)
    room.tell(RAISED)
    room.pass_time(20)
    room.tell(PICKED)
    room.pass_time()
    assert (room.ear.last, room.ear.times) == ("alarm", 2)
    assert [hz for _, hz in room.tones] == [2_700, 400, 0, 400, 0]


def test_sounds_that_the_station_s_file_does_not_name_are_silent() -> None:
    room = Listened(sounds=("alarm",))
    room.tell(PICKED)
    assert room.tones == []
    room.tell(RAISED)
    room.pass_time()
    assert room.ear.last == "alarm"
    silent = Listened(sounds=())
    silent.tell(RAISED)
    assert silent.tones == []


@pytest.mark.parametrize(("tone", "heard"), [("calm", 0), ("good", 0), ("warn", 1), ("alarm", 1)])
def test_a_bench_s_new_question_that_warns_is_heard_once(tone: Tone, heard: int) -> None:
    room = Listened()
    for _ in range(3):
        room.sounding.asked(Prompt(step="pack-1#7", ask="scan", title="Wrong item", tone=tone))
        room.pass_time()
    assert room.ear.times == heard


def test_a_buzzer_that_fails_is_told_once_and_again_when_it_works() -> None:
    room = Listened()
    room.broken = True
    for _ in range(2):
        room.tell(PICKED)
        room.pass_time()
    assert room.health == [(BUZZER, False, "pulled")]
    room.broken = False
    room.tell(PICKED)
    assert room.health[1:] == [(BUZZER, True, "")]
    assert room.ear.times == 1


def test_whether_the_buzzer_works_is_known_and_told_at_the_start() -> None:
    room = Listened()
    room.sounding.start()
    assert room.health == [(BUZZER, True, "")]
    silent = Listened(sounds=())
    silent.sounding.start()
    assert (silent.health, silent.tones) == ([], []), "where there is none, nothing is said of it"


def test_a_tone_that_could_not_be_ended_is_ended_as_soon_as_the_buzzer_takes_it() -> None:
    room = Listened()
    room.tell(PICKED)
    room.broken = True
    room.pass_time(5_000)
    assert room.tones[-1][1] != 0
    room.broken = False
    room.pass_time(40_000)
    assert room.tones[-1][1] == 0
    assert room.health[-1] == (BUZZER, True, "")
    assert room.sounding.wake_us is None


def test_what_is_closed_in_the_middle_of_a_sound_is_silent() -> None:
    room = Listened()
    room.tell(RAISED)
    room.sounding.close()
    room.pass_time()
    assert [hz for _, hz in room.tones] == [400, 0]


def test_no_sound_begins_with_another_one_whole() -> None:
    for sound, tones in TONES.items():
        assert not [other for other, longer in TONES.items() if other != sound and longer[: len(tones)] == tones]
