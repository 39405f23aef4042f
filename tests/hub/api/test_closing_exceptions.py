"""An exception closes where its cause ends, or because a person says so by name and reason."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.storage import exceptions
from hub.storage.writer import Actor
from tests.hub.api_floor import ApiFloor
from tests.hub.played_benches import UNIT_MG, PlayedBenches, symbol_of

PARCEL_MG = 100_000 + 3 * UNIT_MG


@pytest.fixture
def benches() -> PlayedBenches:
    return PlayedBenches()


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path) as floor:
        yield floor


def test_what_was_wrong_with_a_tote_ends_when_it_is_packed_wherever_that_is(benches: PlayedBenches) -> None:
    benches.picked_tote("A", RED=3)
    benches.scan("pack-1", "TOTE-1")
    benches.scan("pack-1", symbol_of("BLUE"))
    benches.count("pack-1", 1)
    benches.check_items("pack-1", RED=3)
    benches.weigh("pack-1", PARCEL_MG + 2 * UNIT_MG)
    benches.check_items("pack-1", RED=3)
    benches.problem("pack-1")
    benches.confirm("pack-1")
    assert benches.exceptions() == ["wrong_item", "weight_mismatch", "problem_lane"]
    benches.scan("pack-2", "TOTE-1")
    benches.check_items("pack-2", RED=3)
    benches.weigh("pack-2", PARCEL_MG)
    assert benches.exceptions() == []


def test_what_was_wrong_with_a_tote_ends_when_it_is_found_empty(benches: PlayedBenches) -> None:
    benches.picked_tote("A", RED=3)
    benches.scan("pack-1", "TOTE-1")
    benches.scan("pack-1", symbol_of("BLUE"))
    benches.count("pack-1", 1)
    benches.check_items("pack-1", RED=3)
    benches.weigh("pack-1", PARCEL_MG + 2 * UNIT_MG)
    assert benches.exceptions() == ["wrong_item", "weight_mismatch"]
    benches.problem("pack-1")
    assert benches.exceptions() == ["tote_short"]


def test_units_missing_in_a_tote_end_when_their_line_has_left_the_house(benches: PlayedBenches) -> None:
    benches.picked_tote("A", RED=3)
    for round_, (tote, units) in enumerate((("TOTE-1", 2), ("TOTE-2", 1))):
        if round_:
            benches.load_cart(tote)
            benches.pick_all()
        benches.scan("pack-1", tote)
        benches.scan("pack-1", symbol_of("RED"))
        benches.count("pack-1", units)
        shown = benches.weigh("pack-1", 100_000 + units * UNIT_MG)
        assert benches.exceptions() == ["tote_short"]
        benches.scan("pack-1", shown.expected[0])
    assert benches.line("A") == {"shipped": 3}
    assert benches.exceptions() == []
    assert benches.sound()


def deliver(benches: PlayedBenches, ordered: int, came: int) -> None:
    number = benches.purchase(RED=ordered)
    benches.scan("dock-1", number)
    benches.check_items("dock-1", RED=came)
    benches.scan("dock-1", f"PLATE-{number}")


def test_a_short_delivery_is_made_good_by_a_later_full_one(benches: PlayedBenches) -> None:
    deliver(benches, 5, 3)
    assert benches.exceptions() == ["delivery_differs"]
    deliver(benches, 2, 1)
    assert benches.exceptions() == ["delivery_differs", "delivery_differs"]
    deliver(benches, 3, 3)
    assert benches.exceptions() == []


def open_one(floor: ApiFloor) -> int:
    job: Any = lambda tx: exceptions.open_once(tx, "conflict", "bay-01", "Two of one number.")  # noqa: E731
    return int(floor.hub.writer.call(Actor("test", "test"), job))


def close(floor: ApiFloor, number: int, **body: str) -> tuple[int, str]:
    answer = floor.client.post(f"/api/exceptions/{number}/close", json={"actor": "Mia", "reason": "card gone"} | body)
    return answer.status_code, answer.text


def test_a_person_closes_an_exception_and_it_stands_in_the_audit(floor: ApiFloor) -> None:
    number = open_one(floor)
    assert close(floor, number) == (204, "")
    [row] = floor.client.get("/api/exceptions").json()
    assert row["closed_us"] is not None
    assert row["closed_by"] == "Mia: card gone"
    with floor.hub.engine.begin() as connection:
        last = connection.exec_driver_sql("SELECT actor, action, ref FROM audit ORDER BY id DESC LIMIT 1").one()
    assert tuple(last) == ("Mia", "close exception", f"{number}: card gone")
    assert floor.client.get("/api/ledger/verify").json()["verified"]


def test_what_cannot_be_closed_is_refused_in_words(floor: ApiFloor) -> None:
    number = open_one(floor)
    assert close(floor, number + 1)[0] == 404
    assert close(floor, 2**70)[0] == 422
    assert close(floor, number, actor=" ")[0] == 422
    assert close(floor, number, reason="a\nb")[0] == 422
    close(floor, number)
    status, text = close(floor, number)
    assert status == 409
    assert "was closed before, by Mia: card gone" in text


def test_the_page_closes_an_exception_by_a_form_of_its_own(floor: ApiFloor) -> None:
    number = open_one(floor)
    path = f"/exceptions/{number}/close"
    assert path in floor.client.get("/exceptions").text
    page = floor.client.get(path)
    assert page.status_code == 200
    assert 'method="post"' in page.text
    filled = {"actor": "Mia", "reason": "card gone"}
    for foreign in (
        {},
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1"},
    ):
        assert floor.client.post(path, data=filled, headers=foreign).status_code == 403
    ours = {"Origin": "http://127.0.0.1"}
    empty = floor.client.post(path, data={"actor": "Mia <b>", "reason": ""}, headers=ours)
    assert empty.status_code == 422
    assert "Mia &lt;b&gt;" in empty.text
    done = floor.client.post(path, data=filled, headers=ours)
    assert (done.status_code, done.headers["location"]) == (303, "/exceptions")
    assert path not in floor.client.get("/exceptions").text
    assert floor.client.get(path).status_code == 404
