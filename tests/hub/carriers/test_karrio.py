"""Labels by karrio: one a key, whatever is lost on the way; given back, tracked, refused in words."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from hub.carriers.interface import Address, CarrierRefused, LabelRequest, SoldLabel, Unanswered
from hub.carriers.karrio import SETTLE_S, KarrioCarrier, KarrioService
from hub.carriers.karrio_twin import KarrioServer, KarrioTwin
from tests.hub.carriers.asked_floor import CARRIER, FILE, AskedFloor

TOKEN = "key_1"
SERVICES = {"Twin Parcel": KarrioService(code="generic_standard", account="twin-post")}
REQUEST = LabelRequest(
    service="Twin Parcel",
    order="536365",
    sender=Address(
        name="Demo Ltd", street="Harbour Road 7", city="Leith", postcode="EH6 7XX", country="United Kingdom"
    ),
    recipient=Address(name="Kari", street="Storgata 1", city="Tromsø", postcode="9008", country="Norway"),
    weight_g=1_413,
    sides_mm=(305, 229, 150),
)


class Gateway:
    """A karrio twin, and our side of it, whose clock the test moves."""

    def __init__(self) -> None:
        self.server = KarrioServer(KarrioTwin(TOKEN, {"twin-post": 5.0, "dear-post": 9.0}))
        self.twin = self.server.twin
        self.now_s = 1_000_000.0
        self.carrier = self.ask_as(TOKEN)

    def ask_as(self, token: str, services: dict[str, KarrioService] = SERVICES) -> KarrioCarrier:
        return KarrioCarrier(
            self.server.url,
            token,
            services=services,
            country_codes={"Norway": "NO", "United Kingdom": "GB"},
            now_s=lambda: self.now_s,
            timeout_s=5,
        )


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    gateway = Gateway()
    yield gateway
    gateway.server.close()


def test_a_label_is_a_draft_and_its_purchase_and_comes_as_zpl(gateway: Gateway) -> None:
    assert gateway.carrier.find("key-1") is None
    sold = gateway.carrier.buy("key-1", REQUEST)
    assert sold == SoldLabel(key="key-1", tracking=gateway.twin.sold[0], zpl=f"^XA^FD{gateway.twin.sold[0]}^FS^XZ")
    assert gateway.carrier.find("key-1") == gateway.carrier.buy("key-1", REQUEST) == sold
    assert len(gateway.twin.shipments) == 1
    [made] = gateway.twin.shipments.values()
    assert made["recipient"] == {
        "country_code": "NO",
        "person_name": "Kari",
        "address_line1": "Storgata 1",
        "city": "Tromsø",
        "postal_code": "9008",
    }
    assert made["parcels"] == [
        {"weight": 1.413, "weight_unit": "KG", "length": 30.5, "width": 22.9, "height": 15.0, "dimension_unit": "CM"}
    ]


def test_a_key_that_is_a_part_of_another_is_another(gateway: Gateway) -> None:
    first = gateway.carrier.buy("key-11", REQUEST)
    assert gateway.carrier.find("key-1") is None
    assert gateway.carrier.buy("key-1", REQUEST) != first


def test_a_purchase_whose_answer_is_lost_is_found_and_not_made_again(gateway: Gateway) -> None:
    gateway.twin.faults.append("lose answer")
    with pytest.raises(Unanswered):
        gateway.carrier.buy("key-1", REQUEST)
    sold = gateway.carrier.find("key-1")
    assert sold is not None and [sold.tracking] == gateway.twin.sold
    assert gateway.carrier.buy("key-1", REQUEST) == sold


def test_while_a_purchase_may_be_under_way_nobody_purchases_again(gateway: Gateway) -> None:
    gateway.twin.faults.append("hang before the carrier answers")
    with pytest.raises(Unanswered):
        gateway.carrier.buy("key-1", REQUEST)
    for ask in (lambda: gateway.carrier.buy("key-1", REQUEST), lambda: gateway.carrier.void("key-1")):
        with pytest.raises(Unanswered, match="may be being purchased: asked again in 300 s"):
            ask()
    gateway.twin.carriers_answer()
    assert gateway.carrier.buy("key-1", REQUEST).tracking == gateway.twin.sold[0]
    assert len(gateway.twin.sold) == 1


def test_a_purchase_that_came_to_nothing_is_made_again_on_the_same_draft_when_it_has_settled(gateway: Gateway) -> None:
    gateway.twin.faults.append("refuse work")
    with pytest.raises(Unanswered, match="Answer 503"):
        gateway.carrier.buy("key-1", REQUEST)
    gateway.now_s += SETTLE_S
    assert gateway.carrier.buy("key-1", REQUEST).tracking == gateway.twin.sold[0]
    assert len(gateway.twin.shipments) == 1


def test_of_several_drafts_that_lost_answers_left_the_first_is_purchased(gateway: Gateway) -> None:
    body = {"shipper": {"country_code": "GB"}, "recipient": {"country_code": "NO"}, "parcels": [{"weight": 1}]}
    body |= {"services": ["generic_standard"], "reference": "key-1"}
    for _ in range(2):
        gateway.twin.create(body)
    gateway.carrier.buy("key-1", REQUEST)
    assert [one["status"] for one in gateway.twin.shipments.values()] == ["created", "draft"]
    gateway.carrier.void("key-1")
    assert {one["status"] for one in gateway.twin.shipments.values()} == {"cancelled"}


def test_what_the_carrier_behind_it_does_not_do_is_refused_in_its_words(gateway: Gateway) -> None:
    gateway.twin.faults.append("not sold")
    with pytest.raises(CarrierRefused, match=r"^The postcode does not exist\.$"):
        gateway.carrier.buy("key-1", REQUEST)
    assert gateway.carrier.find("key-1") is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sender": None}, r"give shipping.toml a \[sender\]"),
        ({"service": "Balloon"}, "Expected a service of this carrier's file, got 'Balloon'"),
        ({"recipient": Address(name="Kari", country="Atlantis")}, "give 'Atlantis' one in country_codes"),
    ],
)
def test_what_karrio_cannot_be_asked_is_refused_before_it_is_asked(
    gateway: Gateway, change: dict[str, object], words: str
) -> None:
    with pytest.raises(CarrierRefused, match=words):
        gateway.carrier.buy("key-1", msgspec.structs.replace(REQUEST, **change))
    assert gateway.twin.shipments == {}


def test_the_cheapest_connection_is_taken_where_none_is_named_and_an_unknown_one_has_no_rate(gateway: Gateway) -> None:
    anyone = gateway.ask_as(TOKEN, {"Twin Parcel": KarrioService(code="generic_standard")})
    gateway.twin._accounts["cheap-post"] = 1.0
    anyone.buy("key-1", REQUEST)
    nobody = gateway.ask_as(TOKEN, {"Twin Parcel": KarrioService(code="generic_standard", account="gone-post")})
    with pytest.raises(
        CarrierRefused, match=r"karrio has no rate for generic_standard\. no carrier offers the service"
    ):
        nobody.buy("key-2", REQUEST)


def test_a_label_is_given_back_once_and_its_key_sells_nothing_more(gateway: Gateway) -> None:
    sold = gateway.carrier.buy("key-1", REQUEST)
    for _ in range(2):
        gateway.carrier.void("key-1")
    assert gateway.twin.sold == []
    found = gateway.carrier.find("key-1")
    assert found == SoldLabel(key="key-1", tracking=sold.tracking, state="void")
    with pytest.raises(CarrierRefused, match="Key key-1 was given back"):
        gateway.carrier.buy("key-1", REQUEST)
    gateway.carrier.void("key-2")  # nothing was sold under it


def test_a_label_that_is_on_its_way_is_not_taken_back(gateway: Gateway) -> None:
    gateway.carrier.buy("key-1", REQUEST)
    next(iter(gateway.twin.shipments.values()))["status"] = "in_transit"
    with pytest.raises(CarrierRefused, match="can not be cancelled anymore"):
        gateway.carrier.void("key-1")


def test_the_way_of_a_parcel_is_told_in_our_words_and_the_same_event_is_the_same_again(gateway: Gateway) -> None:
    tracking = gateway.carrier.buy("key-1", REQUEST).tracking
    assert gateway.carrier.track("UNKNOWN") == gateway.carrier.track(tracking) == ()
    gateway.twin.trackers[tracking] += [
        {"date": "2026-11-28", "time": "09:00", "status": "pending", "description": "Label made"},
        {"date": "2026-11-28", "time": "06:30 PM", "status": "picked_up", "location": "Leith"},
        {"timestamp": "2026-11-29T08:00:00.000+01:00", "date": "2026-11-29", "status": "on_hold"},
        {"date": None, "status": "delivered"},
        {"date": "2026-11-30", "time": "soon", "status": "delivered", "location": "Tromsø", "description": "Door"},
    ]
    told = gateway.carrier.track(tracking)
    assert [(one.status, one.at, one.place) for one in told] == [
        ("collected", "2026-11-28T18:30:00+00:00", "Leith"),
        ("in_transit", "2026-11-29T07:00:00+00:00", ""),
        ("delivered", "2026-11-30T00:00:00+00:00", "Tromsø"),
    ]
    assert gateway.carrier.track(tracking) == told
    assert len({one.event for one in told}) == 3


def test_without_its_key_karrio_answers_nothing_that_is_believed(gateway: Gateway) -> None:
    stranger = gateway.ask_as("another")
    for ask in (lambda: stranger.find("key-1"), lambda: stranger.buy("key-1", REQUEST), lambda: stranger.track("T")):
        with pytest.raises(Unanswered, match="Answer 401"):
            ask()


def test_a_parcel_is_packed_labelled_and_tracked_by_karrio(gateway: Gateway, tmp_path: Path) -> None:
    file = FILE.format(url=gateway.server.url).replace('kind = "http"', 'kind = "karrio"')
    head, *services = file.split("[[services]]\n")
    codes = [f'[[services]]\ncode = "generic_{n}"\n{service}' for n, service in enumerate(services)]
    text = f'{head}[country_codes]\nNorway = "NO"\n"United Kingdom" = "GB"\n\n{"".join(codes)}'
    floor = AskedFloor(tmp_path, gateway.server.url, **{f"carriers/{CARRIER}.toml": text})
    try:
        codes_of = {one.name: KarrioService(code=one.code) for one in floor.catalogue.carriers[CARRIER].services}
        floor.carrier = gateway.ask_as(TOKEN, codes_of)
        floor.carriers_desk = floor.another_desk()
        floor.weighed(RED=3)
        gateway.twin.faults.append("lose answer")
        assert (floor.ask(), floor.ask()) == (0, 1)
        assert floor.purchases() == [("bought", "Twin Parcel", gateway.twin.sold[0])]
        assert [job.zpl for job in floor.jobs("pack-1")] == [f"^XA^FD{gateway.twin.sold[0]}^FS^XZ"]
        assert floor.sound()
    finally:
        floor.close()
