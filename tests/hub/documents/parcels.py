"""Parcels with everything that makes documents hard: long names, many lines, scripts from everywhere."""

from dataclasses import replace
from datetime import UTC

from hub.documents.content import Line, ParcelContent
from hub.domain.parties import Party

SENDER = Party(
    name="Shelflight Demo Ltd",
    street="Unit 7, Harbour Road",
    city="Leith",
    postcode="EH6 7XX",
    country="United Kingdom",
    phone="0131 496 0000",
    tax_id="GB 000 0000 00",
    eori="GB000000000000",
)


def line(n: int, description: str = "", units: int = 2) -> Line:
    return Line(
        code=f"SKU-{n:04d}",
        description=description or f"WHITE HANGING HEART T-LIGHT HOLDER NO {n}",
        units=units,
        price_minor=255 + n,
        value_minor=255 + n,
        unit_mg=123_000,
        hs_code="940550",
        origin="CN",
    )


PLAIN = ParcelContent(
    number=17,
    order="536365",
    ordered_us=1_298_970_000_000_000,
    packed_us=1_298_970_000_000_000,
    sender=SENDER,
    recipient=Party(
        name="Kari Nordmann",
        street="Storgata 1",
        city="Tromsø",
        postcode="9008",
        country="Norway",
        phone="+47 77 00 00 00",
    ),
    customer="Kari Nordmann",
    gift_note="",
    carrier="Overseas",
    service="Europe Road",
    tracking="SF000000000178",
    sscc="006141410000000174",
    weight_mg=1_412_300,
    lines=(line(1), line(2, units=12)),
    left=(line(3),),
    currency="GBP",
    zone=UTC,
    domestic=("United Kingdom",),
)
SCRIPTS = replace(
    PLAIN,
    recipient=Party(
        name="Łukasz Żółć & Ελένη Παπαδοπούλου, Николай Щербаков",
        street="東京都千代田区丸の内 1-9-1",
        more="서울특별시 중구 세종대로 110 / 北京市东城区",
        city="רחוב הרצל, תל אביב",
        postcode="〒100-0005",
        country="Japan",
    ),
    lines=(
        line(1, "Tasse « Été » für Grüße – çğıöşü"),
        line(2, "Кружка с надписью «Привет»"),
        line(3, "陶器のマグカップ (青) 350ml"),
        line(4, "도자기 머그컵"),
        line(5, "ספל קרמיקה כחול"),
        line(6, "Emoji 🎁 has no letter here"),
    ),
)
LONG = replace(
    PLAIN,
    recipient=Party(
        name="The Honourable Society of Extraordinarily Long Names and Even Longer Addresses of Llanfairpwllgwyngyll",
        street="Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogoch" * 2,
        more="Third floor, the second door on the left behind the lift, ring twice and wait for the porter to come",
        city="Taumatawhakatangihangakoauauotamateaturipukakapikimaungahoronukupokaiwhenuakitanatahu",
        region="A region",
        postcode="0000",
        country="New Zealand",
    ),
    lines=tuple(
        line(n, f"AN ITEM WHOSE NAME GOES ON AND ON UNTIL NOBODY READS IT ANY MORE {n} " * 3) for n in range(1, 61)
    ),
)
GIFT = replace(
    PLAIN, gift_note="Happy birthday, dear Kari! All the best from all of us in Leith, and see you in the summer. Tom"
)
