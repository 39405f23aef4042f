"""The beacon at an aisle's end: whose work there is in the aisle, as the hub says, and nothing without it."""

from msgspec.structs import replace

from edge.contract.site import Rgb
from edge.contract.state import BayDesired, Colour, Lit
from edge.logic.bay import BayLogic
from edge.logic.showing import while_ahead
from tests.edge.logic.bay_floor import JOURNAL, station

WIRED = replace(station(), aisle="A", aisle_beacon=Rgb(red=12, green=16, blue=26))


def seen(logic: BayLogic) -> list[Colour]:
    return [light.colour for light in logic.lights(0) if light.place == "aisle"]


def led(wired: bool = True) -> BayLogic:
    logic = BayLogic(WIRED if wired else station(), {}, lambda: "id", journal=JOURNAL)
    logic.on_link(True, 0)
    logic.on_desired(BayDesired(generation=1, version=1, as_of=None, aisle=("blue", "green")), 0)
    return logic


def test_it_shows_every_picker_s_colour_that_has_work_in_the_aisle() -> None:
    assert seen(led()) == ["blue", "green"]


def test_it_is_dark_when_nobody_has_and_where_there_is_none() -> None:
    logic = led()
    logic.on_desired(BayDesired(generation=1, version=2, as_of=None), 0)
    assert seen(logic) == []
    assert seen(led(wired=False)) == []


def test_without_the_hub_nobody_knows_and_it_is_dark() -> None:
    logic = led()
    logic.on_link(False, 0)
    assert seen(logic) == []
    logic.on_link(True, 0)
    assert seen(logic) == ["blue", "green"]


def test_it_goes_on_to_say_what_is_so_while_the_bins_lights_are_frozen() -> None:
    now = led().lights(0)
    frozen = (Lit(place="bay-01/01", colour="blue", task="t"), Lit(place="aisle", colour="cyan"))
    assert [light for light in while_ahead(frozen, now) if light.place == "aisle"] == [
        Lit(place="aisle", colour="blue"),
        Lit(place="aisle", colour="green"),
    ]
