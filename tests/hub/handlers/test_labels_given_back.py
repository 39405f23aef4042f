"""Labels with numbers of our own: bought with the weight, given back, bought anew, and their parcels' numbers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from hub.domain.gtin import check_digit
from hub.handlers.label_arrival import taken_off
from hub.handlers.label_buying import NotNow, buy_again, void_label
from hub.storage.transaction import Tx
from tests.hub.stocked_floor import StockedFloor


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def void(floor: StockedFloor) -> None:
    def go(tx: Tx) -> None:
        void_label(tx, floor.policy, 1)
        taken_off(tx, 1)

    floor.call(go)


def test_what_was_chosen_and_why_is_kept_with_each_charge(floor: StockedFloor) -> None:
    floor.labelled(RED=3)
    [label] = floor.rows("SELECT state, carrier, service, price_minor, charges, why, kept FROM label_purchase")
    assert label["charges"] == '[["base, up to 2 kg",990]]'
    assert label["why"].startswith("Europe Road: 9.90 = 9.90 base, up to 2 kg. Letterbox not taken: does not go to")
    assert "World Air not taken: " in label["why"]
    assert (label["state"], label["carrier"], label["price_minor"], label["kept"]) == ("bought", "overseas", 990, 1)
    assert floor.rows("SELECT price_minor FROM parcel") == [{"price_minor": 990}]


def test_a_parcel_has_an_sscc_of_the_sites_prefix_on_its_label(floor: StockedFloor) -> None:
    floor.labelled(RED=3)
    [number] = [row["sscc"] for row in floor.rows("SELECT sscc FROM parcel")]
    assert number.startswith("00614141") and check_digit(number[:-1]) == number[-1]
    [job] = floor.jobs("pack-1")
    assert f"^FD(00){number}^FS" in job.zpl


def test_the_sscc_on_the_carton_ships_it_as_well(floor: StockedFloor) -> None:
    floor.labelled(RED=3)
    [number] = [row["sscc"] for row in floor.rows("SELECT sscc FROM parcel")]
    assert floor.scan("pack-1", f"00{number}").title == "Scan a tote"
    assert floor.line("A") == {"shipped": 3}


def test_a_label_that_is_given_back_is_not_waited_for_and_its_number_does_not_ship(floor: StockedFloor) -> None:
    tracking = floor.labelled(RED=3)
    void(floor)
    shown = floor.prompt("pack-1")
    assert shown.lines == ("The label of order A was given back: set the parcel aside.",)
    assert floor.scan("pack-1", tracking).lines == (f"'{tracking}' is not a tote.",)
    assert floor.line("A") == {"packed": 3}
    with pytest.raises(NotNow, match="has no label to be given back"):
        void(floor)


def test_a_new_label_has_a_new_number_and_ships_the_parcel(floor: StockedFloor) -> None:
    first = floor.labelled(RED=3)
    void(floor)
    floor.call(lambda tx: buy_again(tx, floor.policy, 1, "pack-1"))
    [row] = floor.rows("SELECT tracking, state FROM parcel")
    assert row["state"] == "labelled" and row["tracking"] != first
    assert [row["tracking"] in job.zpl for job in floor.jobs("pack-1")] == [True], "the old one is not printed any more"
    with pytest.raises(NotNow, match="a parcel has one at a time"):
        floor.call(lambda tx: buy_again(tx, floor.policy, 1, "pack-1"))
    floor.scan("pack-1", row["tracking"])
    assert floor.line("A") == {"shipped": 3}
    assert floor.sound()
    with pytest.raises(NotNow, match="has left"):
        floor.call(lambda tx: buy_again(tx, floor.policy, 1, "pack-1"))


def test_the_database_itself_holds_one_live_label_a_parcel(floor: StockedFloor) -> None:
    floor.labelled(RED=3)
    columns = "parcel_id, station, carrier, service, price_minor, charges, why, kept, leaves_us, arrives_us, wanted_us"
    twice = f"INSERT INTO label_purchase (public, state, {columns}) SELECT 'x', 'wanted', {columns} FROM label_purchase"
    with pytest.raises(IntegrityError):
        floor.call(lambda tx: tx.connection.exec_driver_sql(twice))


def test_parcels_that_were_numbered_before_labels_were_bought_keep_no_other_from_being_packed(
    floor: StockedFloor,
) -> None:
    floor.scan("pack-1", floor.labelled(RED=3))
    floor.picked_tote("C", tote="TOTE-0002", GREEN=1)
    floor.call(lambda tx: tx.connection.exec_driver_sql("DELETE FROM label_purchase"))
    floor.scan("pack-1", "TOTE-0002")
    floor.check_items("pack-1", GREEN=1)
    shown = floor.weigh("pack-1", floor.parcel_mg(GREEN=1))
    assert shown.expected == ("SF000000000024",)
