"""A buzzer on the header: what the driver does to its pin, seen by the twin."""

import pytest

from firmware.buzzer import Buzzer
from firmware.errors import DeviceMissing
from firmware.panel import Panel, Wiring
from firmware.twin.panel_twin import PanelTwin

WIRING = Wiring(bins=("b",), rgb_pins=((5, 6, 7),), confirm_pins=(8,), buzzer=18)


def panel_on(twin: PanelTwin, wiring: Wiring) -> Panel:
    return Panel(wiring, twin, on_health=lambda *_: None, now_us=lambda: 0)


def test_a_tone_sounds_at_its_frequency_until_it_is_silenced() -> None:
    twin = PanelTwin(WIRING)
    panel = panel_on(twin, WIRING)
    assert twin.tone_hz == 0
    for hz in (2_700, 400, 1_350):
        panel.tone(hz)
        assert twin.tone_hz == hz
    panel.tone(0)
    assert twin.tone_hz == 0
    panel.close()


def test_a_panel_that_is_closed_is_silent() -> None:
    twin = PanelTwin(WIRING)
    panel = panel_on(twin, WIRING)
    panel.tone(2_700)
    panel.close()
    panel.close()
    assert twin.tone_hz == 0


def test_a_station_without_a_buzzer_says_so() -> None:
    wiring = Wiring(bins=("b",), rgb_pins=((5, 6, 7),), confirm_pins=(8,))
    twin = PanelTwin(wiring)
    panel = panel_on(twin, wiring)
    with pytest.raises(DeviceMissing, match=r"has no \[buzzer\] section"):
        panel.tone(400)
    assert twin.tone_hz == 0
    panel.close()


def test_a_pin_that_something_else_has_is_named() -> None:
    twin = PanelTwin(WIRING)
    panel = panel_on(twin, WIRING)
    with pytest.raises(DeviceMissing, match="expected pin 18 for the buzzer"):
        Buzzer(18, twin.header)
    panel.close()
