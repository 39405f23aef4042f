"""What is wrong in a site's file is said in the words of who wrote it: place, expected, came, how to mend it."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.contract.shape import CAME_CHARS_MAX, faults
from edge.contract.site import BadSite, SiteFile, Station, load_toml

SITE = """
name = "york"
client = "acme"
currency = "GBP"
cart_totes = 8
[broker]
host = "10.0.0.2"
port = 1883
"""
STATION = """
name = "bay-01"
kind = "bay"
expanders = { addresses = [0x20] }
beacon = { red = 22, green = 23, blue = 24 }
bins = [
    { name = "bay-01/01", channel = 0 },
    { name = "bay-01/02", channel = 1 },
]
"""


def said(path: Path, text: str, shape: type[SiteFile] | type[Station]) -> str:
    """The error that a file ends in, without its path."""
    path.write_text(text, "utf-8")
    with pytest.raises(BadSite) as told:
        load_toml(path, shape)
    assert str(told.value).startswith(f"{path}: ")
    return str(told.value).removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        (
            "port = 1883",
            "prot = 1883",
            "broker: expected no other keys than host, port, username, password_file, ca_file, got 'prot'."
            " Write port, if that is meant; else take it out.",
        ),
        (
            "[broker]",
            "tote_weigh_mg = 5\n[broker]",
            "expected no other keys than name, client, clients, broker, currency, timezone, cart_totes, tote_volume_ml,"
            " tote_weight_mg, lights_ahead, wall_order_units_max, wall_tote_orders_max, aisles, waves, zones,"
            " zone_mode, interleave, restock, restock_review_days, restock_approval_minor, service_percent_a,"
            " service_percent_b, service_percent_c, receive_rest_days, receive_blind, slots, rotation, keeps_days,"
            " rotations, returns,"
            " got 'tote_weigh_mg'."
            " Write tote_weight_mg, if that is meant; else take it out.",
        ),
        (
            "[broker]",
            "[zzz]\n[broker]",
            "expected no other keys than name, client, clients, broker, currency, timezone, cart_totes, tote_volume_ml,"
            " tote_weight_mg, lights_ahead, wall_order_units_max, wall_tote_orders_max, aisles, waves, zones,"
            " zone_mode, interleave, restock, restock_review_days, restock_approval_minor, service_percent_a,"
            " service_percent_b, service_percent_c, receive_rest_days, receive_blind, slots, rotation, keeps_days,"
            " rotations, returns,"
            " got 'zzz'. Take it out.",
        ),
        (
            "port = 1883",
            'port = "1883"',
            "broker.port: expected a whole number of 1 to 65535, got '1883'. A number stands without quotation marks.",
        ),
        ("port = 1883", "port = 0", "broker.port: expected a whole number of 1 to 65535, got 0."),
        ("port = 1883", "port = true", "broker.port: expected a whole number of 1 to 65535, got true."),
        ('"10.0.0.2"', "10", "broker.host: expected text, got 10. Text stands in quotation marks."),
        ('"GBP"', '"pounds"', "currency: expected a currency's three capital letters, as GBP, got 'pounds'."),
        ('"acme"', "[]", "client: expected text, got a list."),
        ("cart_totes = 8", "cart_totes = {}", "cart_totes: expected a whole number of 1 to 26, got a section."),
        ("8", f'"{"8" * 500}"', f"cart_totes: expected a whole number of 1 to 26, got '{'8' * CAME_CHARS_MAX}...'."),
    ],
)
def test_a_wrong_value_of_a_site_is_said_in_words(tmp_path: Path, right: str, wrong: str, words: str) -> None:
    assert right in SITE
    told = said(tmp_path / "site.toml", SITE.replace(right, wrong, 1), SiteFile)
    assert told.startswith(words)
    assert "`" not in told


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        (
            '"bay"',
            '"bai"',
            "kind: expected one of bay, dock, induct, pack, sort, wall, got 'bai'. Write bay, if that is meant.",
        ),
        ("channel = 1", "channel = 100", "bins[1] (bay-01/02): channel: expected a whole number of 0 to 99, got 100."),
        (
            "channel = 1",
            "chanel = 1",
            "bins[1] (bay-01/02): expected no other keys than name, channel, x_mm, y_mm, level, column, rgb,"
            " confirm_pin, got 'chanel'. Write channel, if that is meant; else take it out.",
        ),
        ('name = "bay-01/02", ', "", "bins[1]: expected the key name, got none. Add it: text."),
        ("0x20", '"0x20"', "expanders.addresses[0]: expected a whole number of 8 to 119, got '0x20'. A number stands"),
        ("[0x20]", "0x20", "expanders.addresses: expected a list, got 32."),
        (
            "{ red = 22, green = 23, blue = 24 }",
            "22",
            "beacon: expected a section with the keys red, green, blue, got 22.",
        ),
        ("green = 23, ", "", "beacon: expected the key green, got none. Add it: a whole number of 0 to 27."),
    ],
)
def test_a_wrong_value_of_a_station_is_said_in_words(tmp_path: Path, right: str, wrong: str, words: str) -> None:
    assert STATION.count(right) == 1
    told = said(tmp_path / "bay-01.toml", STATION.replace(right, wrong), Station)
    assert told.startswith(words)
    assert "`" not in told


def test_what_is_no_toml_is_said_with_its_line(tmp_path: Path) -> None:
    told = said(tmp_path / "site.toml", SITE.replace('"york"', "york"), SiteFile)
    assert (
        told
        == "expected TOML, it cannot be read on: Invalid value (at line 2, column 8). Mend it there or just before."
    )


def test_what_is_no_text_is_said_with_its_byte(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_bytes(b'name = "y\xf6rk"')
    with pytest.raises(BadSite, match=r"expected UTF-8 text, got byte 0xf6 at 9\. Save it as UTF-8\."):
        load_toml(tmp_path / "site.toml", SiteFile)


def test_all_that_is_wrong_is_found_in_the_order_of_the_file() -> None:
    wrong: dict[str, Any] = {"client": 5, "broker": {"port": "x", "hots": "a"}, "cart_totes": 27}
    assert [fault.place for fault in faults(wrong, SiteFile)] == ["client", "broker.port", "broker", "cart_totes", ""]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-200, 200) | st.floats(allow_nan=False) | st.sampled_from(["bay", "a", ""]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "red", "x"]), inner, max_size=3)
    ),
    max_leaves=4,
)
KEYS = st.sampled_from([*Station.__struct_fields__, "nmae"])


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, VALUES.filter(lambda value: value is not None), max_size=6))
def test_a_fault_is_found_exactly_where_a_file_is_not_taken(values: dict[str, Any]) -> None:
    try:
        msgspec.convert(values, Station)
        taken = True
    except msgspec.ValidationError:
        taken = False
    assert taken == (not list(faults(values, Station)))
