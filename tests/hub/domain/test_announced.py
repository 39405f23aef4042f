"""Announced deliveries as a CSV file."""

from datetime import datetime

import pytest

from hub.domain.announced import Announced, Carton, Content, NotAnnounced, parse_announced

HEAD = "ref,supplier,expected_at,sku,units,sscc,gross_g,lot,expiry,purchase_order,door,slot_min\n"
SSCC = "006141411234567890"


def test_rows_become_deliveries_with_their_cartons() -> None:
    found = parse_announced(
        HEAD
        + f"D1,Acme,2011-03-02T08:30,RED,3,{SSCC},1500,L1,2011-12-31,PO-000001,2,30\n"
        + f"D1,Acme,2011-03-02T08:30,GREEN,2,{SSCC},1500,,,PO-000001,2,30\n"
        + "D2,Acme,2011-03-03T08:30,RED,1,,,,,,,\n"
        + "D1,Acme,2011-03-02T08:30,GOLD,1,,,,,PO-000001,2,30\n"
    )
    assert found == (
        Announced(
            ref="D1",
            supplier="Acme",
            expected_local=datetime.fromisoformat("2011-03-02T08:30"),
            purchase_order="PO-000001",
            door="2",
            slot_min=30,
            cartons=(
                Carton(
                    sscc=SSCC,
                    gross_mg=1_500_000,
                    contents=(
                        Content(sku="RED", units=3, lot="L1", expiry="2011-12-31"),
                        Content(sku="GREEN", units=2),
                    ),
                ),
            ),
            loose=(Content(sku="GOLD", units=1),),
        ),
        Announced(
            ref="D2",
            supplier="Acme",
            expected_local=datetime.fromisoformat("2011-03-03T08:30"),
            loose=(Content(sku="RED", units=1),),
        ),
    )


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("D1,Acme,2011-03-02T08:30,RED,0,,,,,,,", "Line 2: units: expected a whole number from 1 to 1000000, got '0'."),
        ("D1,Acme,tomorrow,RED,1,,,,,,,", "Line 2: expected_at: expected the site's day and time"),
        ("D1,Acme,2011-03-02T08:30+01:00,RED,1,,,,,,,", "Line 2: expected_at: expected the site's day and time"),
        (f"D1,Acme,2011-03-02T08:30,RED,1,{SSCC[:-1]}1,,,,,,", "Line 2: expected check digit 0 of the SSCC"),
        ("D1,Acme,2011-03-02T08:30,RED,1,12,,,,,,", "Line 2: expected the 18 digits of an SSCC, got '12'"),
        ("D1,Acme,2011-03-02T08:30,RED,1,,,L,31.12.2011,,,", "Line 2: expected a day as 2011-12-31"),
        ("D1,Acme,2011-03-02T08:30,RED,1", "Line 2: expected as many cells as there are columns."),
        (",Acme,2011-03-02T08:30,RED,1,,,,,,,", "Line 2: ref: expected 1 to 80 characters"),
    ],
)
def test_a_wrong_row_is_named(row: str, why: str) -> None:
    with pytest.raises(NotAnnounced) as error:
        parse_announced(HEAD + row + "\n")
    assert str(error.value).startswith(why)


def test_rows_of_one_delivery_agree_and_an_sscc_stands_in_one_delivery() -> None:
    with pytest.raises(NotAnnounced, match="Line 3: expected the same supplier, order, time and door"):
        parse_announced(HEAD + "D1,Acme,2011-03-02T08:30,RED,1,,,,,,,\n" + "D1,Acme,2011-03-02T09:30,RED,1,,,,,,,\n")
    with pytest.raises(NotAnnounced, match=f"expected each SSCC once, got {SSCC} again"):
        parse_announced(
            HEAD + f"D1,Acme,2011-03-02T08:30,RED,1,{SSCC},,,,,,\n" + f"D2,Acme,2011-03-02T08:30,RED,1,{SSCC},,,,,,\n"
        )


def test_unknown_columns_are_refused() -> None:
    with pytest.raises(NotAnnounced, match="Line 1: expected the columns ref, supplier"):
        parse_announced("ref,supplier\n")
