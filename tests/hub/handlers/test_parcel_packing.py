"""The carton of a load: by what it costs with its freight, and the same packing whenever it is asked for."""

from dataclasses import replace

from hub.domain.cartons import Carton
from hub.domain.packing.check import faults
from hub.domain.packing.goods import Goods
from hub.domain.rates import Area, Band, Destination, Service, Zone
from hub.handlers.parcel_packing import carton_for, goods_of, packing_in
from hub.handlers.policy import Policy
from hub.storage.parcels import PickedLine


def carton(name: str, sides: tuple[int, int, int], cost_minor: int, tare_mg: int = 100_000) -> Carton:
    return Carton(
        name=name,
        length_mm=sides[0],
        width_mm=sides[1],
        height_mm=sides[2],
        tare_mg=tare_mg,
        tare_spread_mg=0,
        load_max_mg=10_000_000,
        cost_minor=cost_minor,
    )


FLAT = carton("flat", (400, 300, 40), 60)
TALL = carton("tall", (300, 200, 200), 40)
LETTER = Service(
    name="Letterbox",
    zones=(Zone(area=Area(countries=("Norway",)), bands=(Band(up_to_mg=500_000, price_minor=200),)),),
    side_max_mm=450,
    girth_max_mm=1_090,
)
EVERYWHERE = Zone(bands=(Band(up_to_mg=30_000_000, price_minor=500),))
POST = Service(name="Post", zones=(EVERYWHERE,), side_max_mm=900, girth_max_mm=3_000)
NORWAY, SWEDEN = Destination(country="Norway"), Destination(country="Sweden")
POLICY = Policy(site="s", cartons=(FLAT, TALL), services=(LETTER, POST))
BOOK = Goods(units=1, unit_mg=200_000, sides_mm=(200, 150, 30))


def test_a_dearer_carton_is_chosen_where_it_goes_with_a_cheaper_service() -> None:
    assert carton_for(POLICY, [BOOK], NORWAY).name == "flat"
    assert carton_for(POLICY, [BOOK], SWEDEN).name == "tall"
    assert carton_for(POLICY, [replace(BOOK, unit_mg=450_000)], NORWAY).name == "tall"


def test_where_no_service_goes_the_largest_is_shown_and_the_weight_decides_later() -> None:
    assert carton_for(replace(POLICY, services=()), [BOOK], NORWAY).name == "tall"


def test_lines_of_one_sku_are_one_kind_with_what_was_counted() -> None:
    def line(line_id: int, sku_id: int) -> PickedLine:
        return PickedLine(
            line_id=line_id,
            sku_id=sku_id,
            code=f"S{sku_id}",
            description="",
            gtin="",
            units=5,
            unit_mg=10 * sku_id,
            spread_mg=0,
            sides_mm=(sku_id, 2, 3),
        )

    goods = goods_of([line(1, 7), line(2, 8), line(3, 7), line(4, 9)], {7: 4, 8: 0})
    assert goods == (Goods(units=4, unit_mg=70, sides_mm=(7, 2, 3)),)


def test_the_packing_of_a_carton_is_valid_and_the_same_again() -> None:
    goods = [replace(BOOK, units=5), Goods(units=30, unit_mg=1_000, sides_mm=(40, 30, 20))]
    packing = packing_in(TALL, goods)
    assert packing == packing_in(TALL, goods)
    assert packing.is_whole
    assert faults(packing, goods, load_max_mg=TALL.load_max_mg) == []


def test_what_does_not_go_in_is_left_over_and_the_rest_is_packed() -> None:
    packing = packing_in(FLAT, [replace(BOOK, units=9)])
    assert (len(packing.placements), packing.left) == (4, (5,))
