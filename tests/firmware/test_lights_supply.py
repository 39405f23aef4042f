"""Strip and displays have a supply of their own: after it was off they show again what they should."""

from firmware.apa102 import Strip
from firmware.ht16k33 import DisplayRow
from firmware.twin.i2c_twin import I2cTwin
from firmware.twin.spi_twin import SpiTwin


def test_a_strip_whose_supply_was_off_shows_its_colours_again() -> None:
    spi = SpiTwin(2, lambda: None)
    strip = Strip(spi, 2, 8)
    strip.show([(1, 2, 3), (4, 5, 6)])
    spi.lose_power()
    assert spi.colours == [(0, 0, 0), (0, 0, 0)]
    strip.refresh()
    assert spi.colours == [(1, 2, 3), (4, 5, 6)]


def test_a_display_whose_supply_was_off_shows_its_text_again() -> None:
    i2c = I2cTwin(0x77, 6, (), lambda: None, lambda _high: None)
    row = DisplayRow(i2c, 0x77, 6)
    row.show(5, "A 12")
    before = i2c.displays[5].segments
    i2c.displays[5].lose_power()
    assert not any(i2c.displays[5].segments)
    row.refresh(5)
    assert i2c.displays[5].segments == before
