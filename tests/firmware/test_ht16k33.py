"""Four-character displays: glyphs, and which bytes go where."""

import errno
from collections.abc import Sequence

import pytest

from firmware.errors import DeviceMissing, FirmwareError
from firmware.ht16k33 import GLYPHS, DisplayRow, segments
from firmware.twin.i2c_twin import I2cTwin

MUX = 0x77


class Recorder(I2cTwin):
    """A simulated bus that writes down what is sent to displays and multiplexer."""

    def __init__(self, displays: int) -> None:
        super().__init__(MUX, displays, (), lambda: None, lambda high: None)
        self.sent: list[tuple[int, bytes]] = []

    def write_byte(self, i2c_addr: int, value: int) -> None:
        super().write_byte(i2c_addr, value)
        self.sent.append((i2c_addr, bytes((value,))))

    def write_i2c_block_data(self, i2c_addr: int, register: int, data: Sequence[int]) -> None:
        super().write_i2c_block_data(i2c_addr, register, data)
        self.sent.append((i2c_addr, bytes((register, *data))))


def shown(bus: I2cTwin, n: int) -> str:
    characters = {code: character for character, code in GLYPHS.items()}
    return "".join(characters[code] for code in bus.displays[n].segments)


def row_on(bus: I2cTwin, displays: int) -> DisplayRow:
    """A row whose displays are all set up, empty."""
    row = DisplayRow(bus, MUX, displays)
    for n in range(displays):
        row.show(n, "")
    return row


def test_no_two_characters_look_the_same() -> None:
    assert len(set(GLYPHS.values())) == len(GLYPHS)


@pytest.mark.parametrize(
    ("character", "lit"),
    [
        ("8", {0, 1, 2, 3, 4, 5, 6, 7}),
        ("T", {0, 9, 12}),
        ("-", {6, 7}),
        ("+", {6, 7, 9, 12}),
        ("K", {4, 5, 6, 10, 13}),
    ],
)
def test_a_glyph_lights_the_segments_that_make_its_shape(character: str, lit: set[int]) -> None:
    assert {bit for bit in range(16) if GLYPHS[character] >> bit & 1} == lit


@pytest.mark.parametrize(
    ("text", "same_as"), [("A", "A   "), ("A 1234", "A 12"), ("a", "?   "), ("é!-3", "?!-3"), ("", "    ")]
)
def test_text_is_cut_or_filled_to_four_and_what_has_no_glyph_is_a_question_mark(text: str, same_as: str) -> None:
    assert segments(text) == segments(same_as)
    assert len(segments(text)) == 8


def test_each_display_is_set_up_empty_before_it_is_switched_on() -> None:
    bus = Recorder(1)
    DisplayRow(bus, MUX, 1, dimming=7).show(0, "")
    assert bus.sent == [
        (MUX, b"\x01"), (0x70, b"\x21"), (0x70, bytes(9)), (0x70, b"\xe7"), (0x70, b"\x81"),
    ]  # fmt: skip


def test_display_12_sits_on_channel_2_with_the_third_address() -> None:
    bus = Recorder(40)
    row = row_on(bus, 40)
    bus.sent.clear()
    row.show(12, "B 12")
    assert bus.sent == [(MUX, b"\x04"), (0x72, b"\x00" + segments("B 12"))]


def test_all_forty_displays_show_their_own_text() -> None:
    bus = Recorder(40)
    row = row_on(bus, 40)
    for n in range(40):
        row.show(n, f"A{n:>3}")
    assert [shown(bus, n) for n in range(40)] == [f"A{n:>3}" for n in range(40)]


def test_only_a_display_whose_text_changed_is_written() -> None:
    bus = Recorder(10)
    row = row_on(bus, 10)
    row.show(3, "A  1")
    bus.sent.clear()
    row.show(3, "A  1")
    assert bus.sent == []
    row.show(4, "A  2")
    assert bus.sent == [(0x74, b"\x00" + segments("A  2"))], "the multiplexer stays where it is"


def test_a_display_that_does_not_answer_is_named_with_its_place() -> None:
    bus = Recorder(6)
    with pytest.raises(DeviceMissing, match=r"^Display 7: expected an HT16K33 at 0x71 on channel 1 .* at 0x77, got:"):
        row_on(bus, 7)


def test_a_cable_that_is_pulled_is_an_error_of_firmware_and_of_the_system_at_once() -> None:
    bus = Recorder(1)
    row = row_on(bus, 1)
    bus.unplug()
    with pytest.raises(FirmwareError) as caught:
        row.show(0, "A  1")
    assert isinstance(caught.value, OSError)


def test_a_text_that_did_not_arrive_is_sent_again() -> None:
    bus = Recorder(1)
    row = row_on(bus, 1)
    bus.unplug()
    with pytest.raises(DeviceMissing):
        row.show(0, "A  1")
    bus.plug()
    row.show(0, "A  1")
    assert shown(bus, 0) == "A  1"


def test_a_display_that_lost_its_power_is_dark_until_it_is_set_up_again() -> None:
    bus = Recorder(1)
    DisplayRow(bus, MUX, 1).show(0, "A  1")
    bus.unplug()
    bus.plug()
    bus.write_byte(MUX, 1)
    bus.write_i2c_block_data(0x70, 0, list(segments("A  1")))
    assert shown(bus, 0) == "    "
    DisplayRow(bus, MUX, 1).show(0, "A  1")
    assert shown(bus, 0) == "A  1"


def test_on_the_simulated_bus_nobody_answers_behind_a_channel_that_is_not_switched_through() -> None:
    bus = Recorder(6)
    bus.write_byte(MUX, 0)
    with pytest.raises(OSError) as caught:
        bus.write_byte(0x70, 0x21)
    assert caught.value.errno == errno.EREMOTEIO
