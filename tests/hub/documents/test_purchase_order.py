"""What a supplier gets: the same order as a table, a sheet and words."""

import csv
import io
from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.documents.fonts import marked
from hub.documents.purchase_message import outgoing
from hub.documents.purchase_order import COLUMNS, SHIP_TO_COLUMNS, message_words, order_csv, order_pdf
from hub.domain.parties import Party
from hub.storage.proposals import Kind, Message
from hub.storage.purchase_papers import PaperLine, PurchasePaper
from hub.storage.recipients import Recipient

MARCH_US = 1_298_973_600_000_000
DAY_US = 86_400_000_000


def paper_of(*descriptions: str) -> PurchasePaper:
    lines = tuple(
        PaperLine(
            sku=f"SKU{n}", gtin=f"{n:014d}", description=words, units=12 * n, cost_minor=250 * n, because="a secret"
        )
        for n, words in enumerate(descriptions, 1)
    )
    return PurchasePaper(
        number="PO-000007",
        supplier="Harbour & Sons",
        site="demo",
        client="Gifts <Ltd>",
        ordered_us=MARCH_US,
        due_us=MARCH_US + 7 * DAY_US,
        lines=lines,
    )


def test_the_table_has_every_line_with_its_numbers() -> None:
    rows = list(csv.reader(io.StringIO(order_csv(paper_of("Mug", 'Tea "tin", blue'), currency="GBP", zone=UTC))))
    assert tuple(rows[0]) == COLUMNS
    assert rows[2] == [
        *("PO-000007", "2", "SKU2", "00000000000002", 'Tea "tin", blue', "24", "500", "GBP", "2011-03-08"),
    ]
    assert len(rows) == 3


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_spreadsheet_takes_no_text_of_the_table_for_a_formula(words: str) -> None:
    row = list(csv.reader(io.StringIO(order_csv(paper_of(words), currency="GBP", zone=UTC))))[1]
    assert row[4] == f"'{words}"


def test_the_same_order_is_the_same_sheet_and_a_long_one_has_more_pages() -> None:
    short = order_pdf(paper_of("Mug"), currency="GBP", zone=UTC)
    assert short.startswith(b"%PDF-") and short.rstrip().endswith(b"%%EOF")
    assert short == order_pdf(paper_of("Mug"), currency="GBP", zone=UTC)
    long = order_pdf(paper_of(*(["Mug"] * 90)), currency="GBP", zone=UTC)
    assert (short.count(b"/Type /Page\n"), long.count(b"/Type /Page\n")) == (1, 3)


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=200))
def test_whatever_an_item_is_called_it_can_be_printed(words: str) -> None:
    assert order_pdf(paper_of(words), currency="GBP", zone=UTC).startswith(b"%PDF-")


def test_a_description_longer_than_a_sheet_is_cut_and_the_order_printed() -> None:
    sheet = order_pdf(paper_of("word " * 3_000), currency="GBP", zone=UTC)
    assert sheet.count(b"/Type /Page\n") == 1


def test_a_supplier_reads_letters_that_are_not_latin_and_no_tag_is_taken_for_one() -> None:
    said = marked("Łódź <b>Кружка</b> & Σ")
    assert "?" not in said
    assert "&lt;b&gt;" in said and "&amp;" in said


@pytest.mark.parametrize(
    ("kind", "subject", "says"),
    [
        ("order", "Purchase order PO-000007 of Gifts <Ltd>", "please deliver by 2011-03-08"),
        ("chase", "PO-000007: when does it come?", "we expected your delivery of PO-000007 on 2011-03-08"),
        ("cancel", "PO-000007 is cancelled", "please do not deliver PO-000007 any more"),
    ],
)
def test_a_supplier_reads_what_it_should_do(kind: Kind, subject: str, says: str) -> None:
    told, text = message_words(kind, paper_of("Mug"), UTC)
    assert told == subject
    assert says in text and "12 x SKU1  Mug" in text and text.startswith("Dear Harbour & Sons,")


def test_only_an_order_has_papers_and_why_it_was_ordered_leaves_the_house_in_none() -> None:
    for kind in ("order", "chase", "cancel"):
        message = Message(
            public="m-1", order_id=1, number="PO-000007", kind=kind, channel="email", address="a@b.example"
        )
        out = outgoing(message, paper_of("Mug"), currency="GBP", zone=UTC)
        names = [name for name, _, _ in out.attachments]
        assert names == (["PO-000007.pdf", "PO-000007.csv"] if kind == "order" else [])
        assert (out.public, out.address, out.payload["type"]) == ("m-1", "a@b.example", f"purchase_order.{kind}")
        assert "secret" not in out.text + str(out.payload) + "".join(
            content.decode("latin-1") for name, _, content in out.attachments if name.endswith("csv")
        )


def test_an_order_that_goes_to_a_customer_says_where_and_what_shall_not_be_sent_any_more() -> None:
    party = Party(name="Kari", street="Storgata 1", postcode="0155", city="Oslo", country="Norway", phone="=47")
    to = Recipient(
        party=party,
        customer="Kari",
        order_ref="W-1",
        order_public="p",
        placed_us=0,
        gift_note="Love\nus",
        ship_by_us=None,
    )
    plain = paper_of("Mug", "Tin")
    lines = tuple(replace(line, waiting=3, asked_back=n) for n, line in enumerate(plain.lines))
    paper = replace(plain, lines=lines, ship_to=to)
    row = list(csv.DictReader(io.StringIO(order_csv(paper, currency="GBP", zone=UTC))))[1]
    assert tuple(row) == (*COLUMNS, *SHIP_TO_COLUMNS)
    assert (row["order"], row["ship_to_street"], row["ship_to_city"]) == ("W-1", "Storgata 1", "Oslo")
    assert (row["ship_to_phone"], row["gift_note"]) == ("'=47", "Love\nus")
    assert order_pdf(paper, currency="GBP", zone=UTC) != order_pdf(plain, currency="GBP", zone=UTC)
    subject, text = message_words("order", paper, UTC)
    assert "to our customer" in subject and "Storgata 1" in text and "Gift note:\nLove\nus" in text
    assert "12 x SKU1" in text and "24 x SKU2" in text
    _, text = message_words("chase", paper, UTC)
    assert "3 x SKU1" in text and "When do you send it?" in text
    _, text = message_words("cancel", paper, UTC)
    assert "1 x SKU2" in text and "SKU1" not in text
    message = Message(public="m", order_id=1, number="PO-7", kind="cancel", channel="webhook", address="https://s")
    told = outgoing(message, paper, currency="GBP", zone=UTC).payload["drop_ship"]
    assert (told["order"], told["ship_to"]["city"], told["asked_back"]) == ("W-1", "Oslo", {"SKU2": 1})
