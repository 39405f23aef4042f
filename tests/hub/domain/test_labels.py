"""Labels: what the printer draws, the camera reads."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.barcode import read_symbols
from firmware.twin.label_drawing import draw, draw_symbol
from hub.domain.labels import HEIGHT_DOTS, WIDTH_DOTS, plate_label, shipping_label
from hub.handlers.label_buying import tracking_number

PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x17F), max_size=40)


def parcel_label(tracking: str = "SF000000000017", **changes: object) -> str:
    fields: dict[str, object] = {
        "tracking": tracking,
        "service": "Parcel Standard",
        "recipient": ("Kari Nordmann", "Norway"),
        "order": "536365",
        "parcel": 1,
        "weight_mg": 412_300,
    }
    return shipping_label(**(fields | changes))  # type: ignore[arg-type]


def symbols(zpl: str, *, whole: bool = True) -> list[tuple[str, str]]:
    return [(s.text, s.symbology) for s in read_symbols(draw(zpl) if whole else draw_symbol(zpl))]


def fields(zpl: str) -> list[str]:
    """The texts of a label as a printer reads them."""
    found = re.findall(r"\^FH\^FD(.*?)\^FS", zpl)
    return [re.sub(r"_([0-9A-F]{2})", lambda m: chr(int(m[1], 16)), text) for text in found]


@pytest.mark.parametrize("number", [1, 2, 99, 12_345, 99_999_999_999])
def test_the_tracking_number_is_read_back_from_the_label(number: int) -> None:
    tracking = tracking_number(number)
    label = parcel_label(tracking)
    assert symbols(label) == symbols(label, whole=False) == [(tracking, "Code128")]


def test_a_parcels_sscc_is_read_as_gs1_beside_its_tracking_number_and_held_up_it_is_the_tracking_number() -> None:
    label = parcel_label(sscc="006141410000000174")
    found = [(s.text, s.aim) for s in read_symbols(draw(label))]
    assert sorted(found) == [("00006141410000000174", "]C1"), ("SF000000000017", "]C0")]
    assert [s.text for s in read_symbols(draw_symbol(label))] == ["SF000000000017"]


@pytest.mark.parametrize("plate", ["PLATE-PO-000001", "PLATE-PO-999999"])
def test_the_plate_is_read_back_from_its_label(plate: str) -> None:
    label = plate_label(plate=plate, lines=[f"{n} x GOODS {n}" for n in range(1, 30)])
    assert symbols(label) == symbols(label, whole=False) == [(plate, "Code128")]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 99_999_999_999))
def test_every_tracking_number_can_be_read(number: int) -> None:
    tracking = tracking_number(number)
    assert symbols(parcel_label(tracking), whole=False) == [(tracking, "Code128")]


def test_the_label_says_to_whom_by_whom_and_how_heavy() -> None:
    assert fields(parcel_label()) == [
        "Parcel Standard",
        "Kari Nordmann",
        "Norway",
        "Order 536365   parcel 1   0.412 kg",
        "SF000000000017",
    ]


@given(PRINTABLE)
def test_a_customers_name_never_becomes_a_command(name: str) -> None:
    label = parcel_label(recipient=(name, "Norway"))
    plain = "".join(c for c in name if c.isprintable())
    assert fields(label)[1] == plain
    assert re.findall(r"[\^~][A-Z0-9]{1,2}", label) == re.findall(r"[\^~][A-Z0-9]{1,2}", parcel_label())


def test_a_long_line_is_set_smaller_so_that_it_stays_on_the_label() -> None:
    long = "The Honourable Society of Extraordinarily Long Names and Even Longer Addresses"
    label = parcel_label(recipient=(long, "Norway"), service="International Express Overnight Plus Insurance")
    assert fields(label)[:3] == ["International Express Overnight Plus Insurance", long, "Norway"]
    heights = [int(height) for height in re.findall(r"\^A0N,(\d+)", label)]
    assert heights[0] < 60 and 14 <= heights[1] < 44 == heights[2]
    [cut] = [text for text in fields(parcel_label(recipient=("x" * 500, "Norway"))) if "xxx" in text]
    assert len(cut) * 14 * 0.5 <= WIDTH_DOTS - 80


def test_a_long_address_and_a_long_delivery_stay_on_the_label() -> None:
    for label in (
        parcel_label(recipient=[f"line {n}" for n in range(20)]),
        plate_label(plate="PLATE-PO-000001", lines=[f"line {n}" for n in range(40)]),
    ):
        spots = [(int(x), int(y)) for x, y in re.findall(r"\^FO(\d+),(\d+)", label)]
        assert all(x < WIDTH_DOTS and y < HEIGHT_DOTS for x, y in spots)
        assert len({y for _, y in spots}) == len(spots), "nothing is printed over something else"
        (symbol_y,) = re.findall(r"\^FO\d+,(\d+)\^BY", label)
        assert max(y for _, y in spots) == int(symbol_y), "no text below the symbol's top"
