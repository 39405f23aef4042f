"""Labels by which customers send goods back: a carrier that is asked sells each once, and trouble is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.carriers.http_carrier import HttpCarrier
from hub.carriers.return_desk import ReturnDesk
from hub.carriers.twin import CarrierTwin, TwinServer
from tests.hub.returned_shop import BACK_BY, ReturnedShop

CARRIER = "back"
TIMEOUT_S = 1


@pytest.fixture
def server() -> Iterator[TwinServer]:
    server = TwinServer(CarrierTwin())
    yield server
    server.close()


@pytest.fixture
def twin(server: TwinServer) -> CarrierTwin:
    return server.twin


@pytest.fixture
def shop(tmp_path: Path, server: TwinServer) -> Iterator[ReturnedShop]:
    file = BACK_BY.format(kind="http", url=f'url = "{server.url}"\ntimeout_s = {TIMEOUT_S}')
    shop = ReturnedShop(tmp_path, **{"carriers/back.toml": file})
    yield shop
    shop.close()


def desk_of(shop: ReturnedShop) -> tuple[ReturnDesk, HttpCarrier]:
    [url] = [carrier.url for key, carrier in shop.catalogue.carriers.items() if key == CARRIER]
    carrier = HttpCarrier(url, timeout_s=TIMEOUT_S)
    clock = iter(range(0, 10_000_000, 1_000))
    desk = ReturnDesk(
        {CARRIER: carrier},
        engine=shop.engine,
        writer=shop.writer,
        policy=shop.policy,
        monotonic_s=lambda: float(next(clock)),
    )
    return desk, carrier


def test_a_carrier_is_asked_for_the_label_after_the_return_is_authorised(shop: ReturnedShop, twin: CarrierTwin) -> None:
    number = shop.authorised((1, 2, "late"))
    assert shop.get(f"/v1/returns/{number}")["label"]["state"] == "wanted"
    desk, carrier = desk_of(shop)
    assert desk.ask(CARRIER) == 1
    assert desk.ask(CARRIER) == 0
    label = shop.get(f"/v1/returns/{number}")["label"]
    assert (label["state"], len(twin.labels)) == ("bought", 1)
    assert label["tracking"] == next(iter(twin.labels.values()))["tracking"]
    assert "Shelflight Test House" in label["zpl"]
    carrier.close()


def test_an_answer_that_was_lost_sells_no_second_label(shop: ReturnedShop, twin: CarrierTwin) -> None:
    number = shop.authorised((1, 2, "late"))
    desk, carrier = desk_of(shop)
    twin.faults.append("lose answer")
    assert desk.ask(CARRIER) == 0
    assert desk.ask(CARRIER) == 1
    assert (shop.get(f"/v1/returns/{number}")["label"]["state"], len(twin.labels)) == ("bought", 1)
    carrier.close()


@pytest.mark.sqlite_only
def test_an_answer_that_cannot_be_kept_holds_up_no_other_label(shop: ReturnedShop, twin: CarrierTwin) -> None:
    first, other = shop.authorised((1, 1, "late")), shop.authorised((1, 1, "late"))
    shop.call(
        lambda tx: tx.connection.exec_driver_sql(
            "CREATE TRIGGER keeps_not BEFORE UPDATE OF state ON return_label"
            " WHEN OLD.id = (SELECT MIN(id) FROM return_label) BEGIN SELECT RAISE(ABORT, 'not kept'); END"
        )
    )
    desk, carrier = desk_of(shop)
    assert desk.ask(CARRIER) == 1
    states = [shop.get(f"/v1/returns/{number}")["label"]["state"] for number in (first, other)]
    assert states == ["wanted", "bought"]
    shop.call(lambda tx: tx.connection.exec_driver_sql("DROP TRIGGER keeps_not"))
    assert desk.ask(CARRIER) == 1
    assert len(twin.labels) == 2, "the label that could not be kept was sold once"
    carrier.close()


def test_a_carrier_that_sells_none_is_told_to_a_person(shop: ReturnedShop, twin: CarrierTwin) -> None:
    number = shop.authorised((1, 2, "late"))
    desk, carrier = desk_of(shop)
    twin.faults.append("not sold")
    assert desk.ask(CARRIER) == 1
    assert shop.get(f"/v1/returns/{number}")["label"]["state"] == "refused"
    assert shop.exceptions() == ["return_label_refused"]
    carrier.close()
