"""Port expanders as gpiozero pins."""

from collections.abc import Callable

import pytest
from gpiozero import DigitalInputDevice, PinInvalidPin, exc

from firmware.expander_factory import GPINTEN, GPIO, GPPU, INPUTS, IOCON, IODIR, ExpanderFactory, input_pin
from firmware.faults import Faults
from firmware.twin.i2c_twin import I2cTwin

ADDRESSES = (0x20, 0x21, 0x22, 0x23, 0x24)


def bus_of(addresses: tuple[int, ...] = ADDRESSES, on_interrupt: Callable[[bool], None] = lambda high: None) -> I2cTwin:
    return I2cTwin(0x77, 0, addresses, lambda: None, on_interrupt)


def factory_on(bus: I2cTwin) -> ExpanderFactory:
    return ExpanderFactory(bus, ADDRESSES, Faults("expanders", lambda *_: None, lambda: 0))


def test_every_port_is_an_input_with_pull_up_and_interrupt_on_one_open_drain_line() -> None:
    bus = bus_of()
    factory_on(bus)
    for address in ADDRESSES:
        assert bus.read_byte_data(address, IOCON) == 0x44
        for port in (0, 1):
            assert [bus.read_byte_data(address, r + port) for r in (IODIR, GPPU, GPINTEN)] == [0x7F, 0x7F, 0x7F]


@pytest.mark.parametrize("pin", [0, 6, 8, 14, 16, 78])
def test_a_button_behind_an_expander_is_a_gpiozero_input(pin: int) -> None:
    bus = bus_of()
    factory = factory_on(bus)
    edges: list[str] = []
    with DigitalInputDevice(pin, pull_up=True, pin_factory=factory) as button:
        button.when_activated = lambda: edges.append("down")
        button.when_deactivated = lambda: edges.append("up")
        assert not button.is_active
        bus.drive(pin, high=False)
        factory.read_all()
        assert button.is_active
        bus.drive(pin, high=True)
        factory.read_all()
    assert edges == ["down", "up"]


def test_all_seventy_inputs_are_told_apart() -> None:
    bus = bus_of()
    factory = factory_on(bus)
    pressed: list[int] = []
    pins = [input_pin(n) for n in range(INPUTS * len(ADDRESSES))]
    devices = [DigitalInputDevice(pin, pull_up=True, pin_factory=factory) for pin in pins]
    for device in devices:
        device.when_activated = lambda device: pressed.append(device.pin.info.name)
    for pin in pins:
        bus.drive(pin, high=False)
        factory.read_all()
    assert pressed == pins
    assert len(set(pins)) == 70


def test_two_buttons_pressed_before_one_reading_are_both_told() -> None:
    bus = bus_of()
    factory = factory_on(bus)
    pressed: list[str] = []
    first = DigitalInputDevice(3, pull_up=True, pin_factory=factory)
    second = DigitalInputDevice(60, pull_up=True, pin_factory=factory)
    first.when_activated = lambda: pressed.append("first")
    second.when_activated = lambda: pressed.append("second")
    bus.drive(3, high=False)
    bus.drive(60, high=False)
    factory.read_all()
    assert sorted(pressed) == ["first", "second"]


def test_a_pin_belongs_to_one_device_and_is_free_again_when_that_is_closed() -> None:
    factory = factory_on(bus_of())
    device = DigitalInputDevice(5, pull_up=True, pin_factory=factory)
    with pytest.raises(exc.GPIOPinInUse):
        DigitalInputDevice(5, pull_up=True, pin_factory=factory)
    device.close()
    DigitalInputDevice(5, pull_up=True, pin_factory=factory).close()


@pytest.mark.parametrize("pin", [-1, 80])
def test_a_pin_beyond_the_expanders_is_refused_with_what_there_is(pin: int) -> None:
    factory = factory_on(bus_of())
    with pytest.raises(PinInvalidPin, match=f"Expected a pin from 0 to 79, got {pin}"):
        factory.pin(pin)


@pytest.mark.parametrize("pin", [7, 15, 23])
def test_a_pin_that_is_an_output_only_is_refused_and_driven_low(pin: int) -> None:
    bus = bus_of()
    factory = factory_on(bus)
    with pytest.raises(PinInvalidPin, match=f"Expected an input, got pin {pin}"):
        factory.pin(pin)
    assert bus.read_byte_data(0x20, GPIO) == 0x7F


def test_an_expander_cannot_drive_and_has_no_pull_down() -> None:
    pin = factory_on(bus_of()).pin(0)
    with pytest.raises(exc.PinInvalidFunction, match="expected 'input', got 'output'"):
        pin.function = "output"
    with pytest.raises(exc.PinFixedPull):
        pin.pull = "down"


def test_an_expander_that_does_not_answer_is_told_with_its_address_and_the_others_go_on() -> None:
    told: list[tuple[str, bool, str]] = []
    faults = Faults("expanders", lambda *said: told.append(said), lambda: 0)
    bus = bus_of()
    factory = ExpanderFactory(bus, (0x25, *ADDRESSES), faults)
    ((part, ok, why),) = told
    assert (part, ok) == ("expanders", False)
    assert why.startswith("Port expander 0x25: expected an MCP23017 to answer, got: ")
    assert "121" in why
    bus.drive(0, high=False)
    factory.read_all()
    assert not factory.level(16)
    assert len(told) == 1


def test_the_line_stays_low_until_each_port_that_asks_has_been_read() -> None:
    line: list[bool] = []
    bus = bus_of(on_interrupt=line.append)
    factory_on(bus)
    line.clear()
    bus.drive(0, high=False)
    bus.drive(9, high=False)
    bus.read_byte_data(0x20, GPIO)
    assert line == [False, False]
    bus.read_byte_data(0x20, GPIO + 1)
    assert line == [False, False, True]


def test_a_factory_that_is_closed_twice_stays_closed() -> None:
    factory = factory_on(bus_of())
    DigitalInputDevice(1, pull_up=True, pin_factory=factory)
    factory.close()
    factory.close()
