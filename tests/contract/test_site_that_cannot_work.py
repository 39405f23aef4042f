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
        ("[0x20, 0x21]", "[0x20, 0x20]", "expanders.addresses: expected each once, got 0x20 more than once"),
        ("[0x20, 0x21]", "[0x20, 0x77]", "expanders.addresses: expected 0x20 to 0x27 each, got 0x77"),
        (
            "bay_button_pin = 17",
            "bay_button_pin = 17\nbuzzer = { pin = 17 }",
            "bay_button_pin: expected a pin that nothing else uses, got pin 17, which is that of buzzer.pin",
        ),
        (
            "bay_button_pin = 17",
            "bay_button_pin = 17\naisle_beacon = { red = 12, green = 16, blue = 26 }",
            'aisle_beacon: expected a bay that says which aisle it stands in, as aisle = "A".',
        ),
        (
            "bay_button_pin = 17",
            'bay_button_pin = 17\naisle = "A"\naisle_beacon = { red = 12, green = 23, blue = 26 }',
            "aisle_beacon.green: expected a pin that nothing else uses, got pin 23, which is that of beacon.green",
        ),
        ("[0x20, 0x21]", "[0x28]", "expanders.addresses: expected 0x20 to 0x27 each, got 0x28"),
        ("mux_address = 0x77", "mux_address = 0x74", "displays.mux_address: expected 0x75 to 0x77"),
        ("mux_address = 0x77", "mux_address = 0x20", "displays.mux_address: expected 0x75 to 0x77"),
        ("i2c_bus = 1\naddresses", "i2c_bus = 0\naddresses", "expanders.i2c_bus: expected 1"),
        (
            "bay_button_pin = 17",
            "bay_button_pin = 2",
            "bay_button_pin: expected a pin that nothing else uses, got pin 2, which is SDA of I2C 1 (displays",
        ),
        (
            "interrupt_pin = 4",
            "interrupt_pin = 11",
            "expanders.interrupt_pin: expected a pin that nothing else uses",
        ),
        ("interrupt_pin = 4", "interrupt_pin = 11", "pin 11, which is SCLK of SPI 0 (strip.spi_device)"),
        (
            "red = 22",
            "red = 10",
            "beacon.red: expected a pin that nothing else uses, got pin 10, which is MOSI",
        ),
        (
            "red = 22",
            "red = 24",
            "beacon.blue: expected a pin that nothing else uses, got pin 24, which is that",
        ),
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


def test_the_other_buses_pins_are_known_too_and_those_of_a_bus_that_is_not_used_are_free(tmp_path: Path) -> None:
    path = tmp_path / "bay-01.toml"
    other = GOOD.replace("i2c_bus = 1", "i2c_bus = 0").replace("[strip]", '[strip]\nspi_device = "/dev/spidev1.2"')
    with pytest.raises(BadSite, match=r"bay_button_pin: .* got pin 17, which is CE1 of SPI 1 \(strip.spi_device\)"):
        check(path, other)
    other = other.replace("bay_button_pin = 17", "bay_button_pin = 10")
    with pytest.raises(BadSite, match=r"interrupt_pin: .* got pin 1, which is SCL of I2C 0 \(displays.i2c_bus\)"):
        check(path, other.replace("interrupt_pin = 4", "interrupt_pin = 1"))
    check(path, other.replace("red = 22", "red = 3"))


def test_a_bin_s_pin_is_named_by_its_place_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "bay-02.toml"
    bins = """
name = "bay-02"
kind = "bay"
bins = [
    { name = "bay-02/01", rgb = { red = 5, green = 6, blue = 7 }, confirm_pin = 8 },
    { name = "bay-02/02", rgb = { red = 9, green = 10, blue = 11 }, confirm_pin = 6 },
]
"""
    with pytest.raises(BadSite, match=r"bins\[1\].confirm_pin: .* got pin 6, which is that of bins\[0\].rgb.green"):
        check(path, bins)
