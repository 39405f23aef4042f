"""A label is bought exactly once, whatever the carrier does with its answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.carriers.http_carrier import HttpCarrier
from hub.carriers.twin import CarrierTwin, Fault, TwinServer
from hub.handlers.label_buying import NotNow, buy_again, void_label
from tests.hub.carriers.asked_floor import TIMEOUT_S, AskedFloor


@pytest.fixture
def server() -> Iterator[TwinServer]:
    server = TwinServer(CarrierTwin(late_s=TIMEOUT_S + 0.3))
    yield server
    server.close()


@pytest.fixture
def floor(server: TwinServer, tmp_path: Path) -> Iterator[AskedFloor]:
    floor = AskedFloor(tmp_path, server.url)
    yield floor
    floor.close()


def test_the_carrier_is_asked_after_the_weight_and_the_packer_waits_for_the_label(
    floor: AskedFloor, server: TwinServer
) -> None:
    floor.at_the_scale(RED=3)
    assert floor.rows("SELECT * FROM label_purchase") == [], "nothing is wanted before the weight is right"
    shown = floor.weigh("pack-1", floor.parcel_mg(RED=3))
    assert (shown.ask, shown.title) == ("press", "The label is being bought")
    assert floor.purchases() == [("wanted", "Twin Parcel", None)]
    assert (server.twin.asked, floor.jobs("pack-1")) == ([], [])
    assert floor.ask() == 1
    [tracking] = server.twin.sold
    assert floor.purchases() == [("bought", "Twin Parcel", tracking)]
    assert floor.prompt("pack-1").expected == (tracking,)
    [job] = floor.jobs("pack-1")
    assert tracking in job.zpl
    floor.scan("pack-1", tracking)
    assert floor.line("A") == {"shipped": 3}
    assert floor.sound()


@pytest.mark.parametrize("fault", ["lose answer", "refuse work", "answer late", "answer twice"])
def test_one_label_is_sold_and_none_is_lost_when_an_answer_goes_astray(
    floor: AskedFloor, server: TwinServer, fault: Fault
) -> None:
    server.twin.faults.append(fault)
    floor.weighed(RED=3)
    for _ in range(3):
        floor.ask()
    [tracking] = server.twin.sold
    assert len(server.twin.labels) == 1
    assert floor.purchases() == [("bought", "Twin Parcel", tracking)]
    assert len(floor.jobs("pack-1")) == 1
    assert floor.prompt("pack-1").expected == (tracking,)


def test_after_a_lost_answer_it_is_asked_whether_the_label_was_sold_before_one_is_bought(
    floor: AskedFloor, server: TwinServer
) -> None:
    server.twin.faults.append("lose answer")
    floor.weighed(RED=3)
    floor.ask()
    floor.ask()
    key = floor.rows("SELECT public FROM label_purchase")[0]["public"]
    assert server.twin.asked == ["POST /labels", f"GET /labels/{key}"]


def test_a_hub_restored_from_a_backup_asks_under_the_same_key_and_gets_the_label_that_was_sold(
    floor: AskedFloor, server: TwinServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    floor.weighed(RED=3)
    floor.ask()
    restored = AskedFloor(tmp_path_factory.mktemp("restored"), server.url)
    try:
        restored.weighed(RED=3)  # the stations send the same facts again
        restored.ask()
        assert restored.purchases() == floor.purchases()
    finally:
        restored.close()
    assert len(server.twin.labels) == 1


def test_a_carrier_is_not_asked_again_before_its_pause_is_over(floor: AskedFloor, server: TwinServer) -> None:
    server.twin.faults.append("refuse work")
    floor.weighed(RED=3)
    floor.ask()
    assert floor.carriers_desk.ask("twin-post") == 0
    assert server.twin.asked == ["POST /labels"]
    assert floor.ask() == 1


def test_a_carrier_that_is_silent_is_told_of_and_the_packer_may_go_on(floor: AskedFloor, server: TwinServer) -> None:
    server.twin.faults.extend(["refuse work"] * 4)
    floor.weighed(RED=3)
    for _ in range(3):
        floor.ask()
    assert floor.exceptions() == ["label_waits"]
    assert floor.confirm("pack-1").title == "Scan a tote"
    for _ in range(2):
        floor.ask()
    [tracking] = server.twin.sold
    [job] = floor.jobs("pack-1")
    assert tracking in job.zpl and floor.exceptions() == []
    assert floor.line("A") == {"packed": 3}
    assert floor.scan("pack-1", tracking).title == "Scan a tote"
    assert floor.line("A") == {"shipped": 3}
    assert floor.sound()


def test_what_the_carrier_refuses_goes_by_the_next_service(floor: AskedFloor, server: TwinServer) -> None:
    server.twin.faults.append("not sold")
    floor.weighed(RED=3)
    assert floor.ask() == 1
    assert floor.prompt("pack-1").title == "The label is being bought"
    floor.ask()
    assert [(state, service) for state, service, _ in floor.purchases()] == [
        ("refused", "Twin Parcel"),
        ("bought", "Twin Dear"),
    ]
    assert len(server.twin.sold) == 1


def test_refused_by_the_asked_carrier_a_built_in_one_gives_its_label_at_once(
    floor: AskedFloor, server: TwinServer
) -> None:
    server.twin.faults.extend(["not sold", "not sold"])
    floor.weighed(RED=3)
    floor.ask()
    floor.ask()
    assert floor.purchases()[-1] == ("bought", "Europe Road", "SF100000000038")
    assert floor.prompt("pack-1").expected == ("SF100000000038",)
    assert server.twin.sold == []


def test_a_label_that_is_given_back_is_void_at_the_carrier_and_another_can_be_bought(
    floor: AskedFloor, server: TwinServer
) -> None:
    floor.weighed(RED=3)
    floor.ask()
    [first] = server.twin.sold
    floor.call(lambda tx: void_label(tx, floor.policy, 1))
    with pytest.raises(NotNow, match="one is being given back"):
        floor.call(lambda tx: buy_again(tx, floor.policy, 1, "pack-1"))
    server.twin.faults.append("lose answer")
    floor.ask()
    assert floor.purchases() == [("voiding", "Twin Parcel", first)]
    floor.ask()
    assert floor.purchases() == [("void", "Twin Parcel", first)]
    assert server.twin.sold == []
    floor.call(lambda tx: buy_again(tx, floor.policy, 1, "pack-1"))
    floor.ask()
    [second] = server.twin.sold
    assert second != first
    assert floor.rows("SELECT state, tracking FROM parcel") == [{"state": "labelled", "tracking": second}]


def test_a_label_given_back_while_it_is_asked_for_is_not_left_sold(floor: AskedFloor, server: TwinServer) -> None:
    server.twin.faults.append("lose answer")
    floor.weighed(RED=3)
    floor.ask()
    assert len(server.twin.sold) == 1
    floor.call(lambda tx: void_label(tx, floor.policy, 1))
    floor.ask()
    assert (server.twin.sold, [state for state, _, _ in floor.purchases()]) == ([], ["void"])


def test_a_carrier_that_keeps_a_label_is_told_of_and_the_label_stands(floor: AskedFloor, server: TwinServer) -> None:
    floor.weighed(RED=3)
    floor.ask()
    [tracking] = server.twin.sold
    server.twin.happen(tracking, "collected", "2011-03-01T12:00:00Z")
    floor.call(lambda tx: void_label(tx, floor.policy, 1))
    floor.ask()
    assert floor.purchases() == [("bought", "Twin Parcel", tracking)]
    assert floor.exceptions() == ["label_refused"]
    assert floor.rows("SELECT state, tracking FROM parcel") == [{"state": "labelled", "tracking": tracking}]


def test_a_parcel_that_has_left_keeps_its_label(floor: AskedFloor, server: TwinServer) -> None:
    floor.weighed(RED=3)
    floor.ask()
    floor.scan("pack-1", server.twin.sold[0])
    with pytest.raises(NotNow, match="has left"):
        floor.call(lambda tx: void_label(tx, floor.policy, 1))


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(("lose answer", "refuse work", "answer twice")), max_size=6),
    st.lists(st.sampled_from(("ask", "restart", "void")), max_size=8),
)
def test_at_rest_each_parcel_has_one_label_and_the_carrier_has_sold_no_other(
    tmp_path_factory: pytest.TempPathFactory, faults: list[Fault], steps: list[str]
) -> None:
    server = TwinServer(CarrierTwin())
    floor = AskedFloor(tmp_path_factory.mktemp("floor"), server.url)
    try:
        server.twin.faults.extend(faults)
        floor.weighed(RED=3)
        for step in steps:
            if step == "ask":
                floor.ask()
            elif step == "restart":
                floor.carriers_desk = floor.another_desk()
            elif floor.rows("SELECT * FROM label_purchase WHERE state IN ('wanted', 'bought')"):
                floor.call(lambda tx: void_label(tx, floor.policy, 1))
        for _ in range(len(faults) + 2):
            floor.ask()
        if not floor.rows("SELECT * FROM label_purchase WHERE state = 'bought'"):
            floor.call(lambda tx: buy_again(tx, floor.policy, 1, "pack-1"))
            for _ in range(len(faults) + 1):
                floor.ask()
        bought = floor.rows("SELECT tracking FROM label_purchase WHERE state = 'bought'")
        assert [row["tracking"] for row in bought] == server.twin.sold
        assert len(bought) == 1
    finally:
        floor.close()
        server.close()


def test_an_answer_that_cannot_be_kept_holds_up_no_other_label(floor: AskedFloor, server: TwinServer) -> None:
    floor.weighed(RED=3)
    floor.ask()
    [sold] = server.twin.sold
    floor.scan("pack-1", sold)
    server.twin.labels["x"] = server.twin.labels.pop(next(iter(server.twin.labels)))
    floor.weighed("B", tote="TOTE-0002", GREEN=1)
    key = floor.rows("SELECT public FROM label_purchase ORDER BY id DESC")[0]["public"]
    server.twin.labels[key] = {"key": key, "tracking": sold, "zpl": "", "state": "sold"}  # a number sold twice
    assert floor.ask() == 0
    [waiting] = floor.rows("SELECT tries, detail FROM label_purchase WHERE state = 'wanted'")
    assert waiting["tries"] == 1 and "cannot be kept: IntegrityError" in waiting["detail"]
    assert floor.carriers_desk.ask("twin-post") == 0, "it rests"


def test_a_refused_parcel_in_a_carton_that_is_no_longer_known_is_for_a_person(
    floor: AskedFloor, server: TwinServer
) -> None:
    floor.weighed(RED=3)
    floor.call(lambda tx: tx.connection.exec_driver_sql("UPDATE parcel SET carton = 'gone'"))
    server.twin.faults.append("not sold")
    assert floor.ask() == 1
    assert (floor.purchases(), floor.exceptions()) == ([("refused", "Twin Parcel", None)], ["label_refused"])


def test_what_rests_does_not_keep_the_rest_from_being_asked(
    floor: AskedFloor, server: TwinServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.carriers.desk.ASKED_MAX", 1)
    server.twin.faults.extend(["refuse work"] * 3)
    floor.weighed(RED=3)
    for _ in range(3):
        floor.ask()
    floor.confirm("pack-1")
    floor.weighed("B", tote="TOTE-0002", GREEN=1)
    assert floor.carriers_desk.ask("twin-post") == 1
    assert [state for state, _, _ in floor.purchases()] == ["wanted", "bought"]


def test_a_label_that_its_carrier_does_not_know_is_given_back(server: TwinServer) -> None:
    HttpCarrier(f"{server.url}/of-another-protocol").void("unknown")
    assert server.twin.asked == ["POST /of-another-protocol/labels/unknown/void"]
