"""A station's file that describes wiring which cannot work is refused in words: file, key, expected, came."""

from pathlib import Path

import pytest

from edge.contract.site import BadSite, Station, check_station, load_toml

GOOD = """
name = "bay-01"
kind = "bay"
bay_button_pin = 17
beacon = { red = 22, green = 23, blue = 24 }
bins = [{ name = "bay-01/01", channel = 0 }]
[strip]
[displays]
i2c_bus = 1
mux_address = 0x77
[expanders]
i2c_bus = 1
addresses = [0x20, 0x21]
interrupt_pin = 4
[scale]
protocol = "bay_line"
port = "/dev/serial/by-id/usb-scale"
baud = 115200
division_mg = 1000
capacity_mg = 30000000
"""


def check(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    check_station(path, load_toml(path, Station))


def test_wiring_that_can_work_is_taken(tmp_path: Path) -> None:
    check(tmp_path / "bay-01.toml", GOOD)


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("[0x20, 0x21]", "[0x20, 0x20]", "expanders.addresses: 0x20 stands 2 times, expected once"),
        ("[0x20, 0x21]", "[0x20, 0x77]", "expanders.addresses: expected 0x20 to 0x27 each, got 0x77"),
        ("[0x20, 0x21]", "[0x28]", "expanders.addresses: expected 0x20 to 0x27 each, got 0x28"),
        ("mux_address = 0x77", "mux_address = 0x74", "displays.mux_address: expected 0x75 to 0x77"),
        ("mux_address = 0x77", "mux_address = 0x20", "displays.mux_address: expected 0x75 to 0x77"),
        ("i2c_bus = 1\naddresses", "i2c_bus = 0\naddresses", "expanders.i2c_bus: expected 1"),
        ("bay_button_pin = 17", "bay_button_pin = 2", "pin 2: expected a pin that no bus uses, got one of I2C"),
        ("interrupt_pin = 4", "interrupt_pin = 11", "pin 11: expected a pin that no bus uses, got one of SPI"),
        ("red = 22", "red = 10", "pin 10: expected a pin that no bus uses, got one of SPI"),
        ("baud = 115200", "baud = -1", "scale.baud"),
    ],
)
def test_wiring_that_cannot_work_is_refused_in_words(tmp_path: Path, right: str, wrong: str, words: str) -> None:
    assert GOOD.count(right) == 1
    path = tmp_path / "bay-01.toml"
    with pytest.raises(BadSite) as told:
        check(path, GOOD.replace(right, wrong))
    assert str(path) in str(told.value)
    assert words in str(told.value)
