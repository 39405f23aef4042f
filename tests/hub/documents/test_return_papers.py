"""The papers of returns: the slip with its number as a barcode, and the claim on a supplier."""

import re
import zlib
from base64 import a85decode

import pytest

from hub.documents.return_slip import ReturnSlip, SlipLine, return_slip
from hub.documents.supplier_claim import ClaimLine, SupplierClaim, claim_csv, claim_pdf
from hub.domain.code_128 import code_128


def drawn(pdf: bytes) -> str:
    """What is drawn on all pages."""
    found = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    text = b""
    for stream in found:
        try:
            text += zlib.decompress(a85decode(b"<~" + stream.strip(), adobe=True))
        except (ValueError, zlib.error):  # a font that was put in
            continue
    return text.decode("latin-1")


def a_slip(lines: int, **other: object) -> ReturnSlip:
    said: dict[str, object] = {
        "number": "R00000017", "order": "A", "customer": "Kari", "until": "Tuesday 22 March 2011", "wanted": "refund",
        "tracking": "SF200000000011", "service": "Back Parcel", "address": ("Test House", "Dock Road 1", "Leeds"),
    }  # fmt: skip
    listed = tuple(SlipLine(sku=f"S{n}", description="Goods", reason="Came too late", units=n) for n in range(lines))
    return ReturnSlip(lines=listed, **said | other)  # type: ignore[arg-type]


def a_claim(description: str) -> SupplierClaim:
    line = ClaimLine(
        number="R00000017", sku="RED", description=description, lot="L7", units=2, reason="Does not work", note="dead",
        cost_minor=1_250,
    )  # fmt: skip
    return SupplierClaim(
        number="CLAIM-00001", supplier="Harbour", site="demo", state="open", currency="GBP", lines=(line,)
    )


def test_the_slip_names_the_return_and_has_its_number_as_bars() -> None:
    text = drawn(return_slip(a_slip(2)))
    for words in ("Return R00000017", "Of order A, Kari", "SF200000000011", "Dock Road 1", "Came too late"):
        assert words in text
    bars = len(code_128("R00000017")) // 2 + 1
    assert len(re.findall(r"\bre f\b", text)) >= bars


@pytest.mark.parametrize(("address", "words"), [((), "Send it to where it came from"), (("House",), "Send it to:")])
def test_the_slip_says_where_to(address: tuple[str, ...], words: str) -> None:
    assert words in drawn(return_slip(a_slip(1, address=address, tracking="")))


def test_a_slip_of_many_lines_goes_on_and_is_the_same_file_each_time() -> None:
    many = return_slip(a_slip(90))
    assert many == return_slip(a_slip(90))
    assert many.count(b"/Type /Page\n") >= 2 or many.count(b"/Type /Page ") >= 2 or b"/Count 2" in many


def test_a_claim_says_what_goes_back_and_why() -> None:
    text = drawn(claim_pdf(a_claim("Red goods")))
    for words in ("Goods back to Harbour", "CLAIM-00001", "Red goods", "12.50"):
        assert words in text


def test_a_claims_table_holds_no_formula() -> None:
    table = claim_csv(a_claim("=1+1"))
    assert table.split("\r\n")[1] == "CLAIM-00001,R00000017,RED,'=1+1,L7,2,Does not work,dead,1250,GBP"
