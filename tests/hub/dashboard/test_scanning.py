"""The scanner page's requests, and a picture's page, where something is not as it should be."""

from collections.abc import Iterator
from typing import Any

import pytest

from hub.storage import exceptions
from hub.storage.writer import Actor
from tests.hub.api_floor import ApiFloor

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
OURS = {"Sec-Fetch-Site": "same-origin"}
SCAN: dict[str, Any] = {"scan": "page-0123456789", "step": "pack-1#1", "text": "TOTE-0001"}
PICTURE = "1f0c9a7d5e3b2468"


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path_factory.mktemp("pages")) as floor:
        yield floor


def test_every_bench_is_listed_and_says_what_it_asks_also_while_it_is_away(floor: ApiFloor) -> None:
    listed = floor.client.get("/scan", headers=BROWSER).text
    for bench, _ in floor.hub.policy.benches:
        assert f'href="/scan/{bench}"' in listed
    prompt = floor.client.get("/scan/pack-1/prompt").json()
    assert (prompt["title"], prompt["ask"], prompt["online"]) == ("Scan a tote", "scan", False)
    assert prompt["step"] == "pack-1#1"


@pytest.mark.parametrize("path", ["/scan/bay-01", "/scan/bay-01/prompt", "/scan/nobody"])
def test_what_is_no_bench_has_no_scanner_page(floor: ApiFloor, path: str) -> None:
    answer = floor.client.get(path)
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("Expected one of the site's benches, got '")


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://elsewhere.example"}])
def test_a_strangers_page_scans_nothing(floor: ApiFloor, headers: dict[str, str]) -> None:
    answer = floor.client.post("/scan/pack-1", json=SCAN, headers=headers)
    assert (answer.status_code, answer.json()) == (403, {"detail": "Expected a scan of this hub's own page."})


def test_a_scan_for_a_station_that_is_away_is_said_to_be_and_may_be_sent_again(floor: ApiFloor) -> None:
    answer = floor.client.post("/scan/pack-1", json=SCAN, headers=OURS)
    assert (answer.status_code, answer.json()) == (503, {"detail": "pack-1 is away: it cannot be asked now."})


@pytest.mark.parametrize(
    "wrong", [{"scan": "short"}, {"scan": "page/../../etc"}, {"text": ""}, {"text": "x" * 513}, {"step": "s" * 81}]
)
def test_a_scan_that_is_none_is_refused_in_words(floor: ApiFloor, wrong: dict[str, str]) -> None:
    answer = floor.client.post("/scan/pack-1", json=SCAN | wrong, headers=OURS)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(f"{next(iter(wrong))}: ")


def test_a_picture_whose_station_is_away_says_so_and_offers_to_try_again(floor: ApiFloor) -> None:
    name = f"pack-1/{PICTURE}"
    floor.hub.writer.call(
        Actor("hub", "test"), lambda tx: exceptions.open_once(tx, "unreadable", "camera", "x", picture=name)
    )
    assert f'<a href="/pictures/{name}">Show picture</a>' in floor.client.get("/exceptions", headers=BROWSER).text
    page = floor.client.get(f"/pictures/{name}", headers=BROWSER)
    assert page.status_code == 503
    for words in ("pack-1 is away: it cannot be asked now.", "Try again"):
        assert words in page.text
    jpeg = floor.client.get(f"/pictures/{name}.jpg")
    assert (jpeg.status_code, jpeg.headers["Retry-After"]) == (503, "5")


def test_a_picture_that_nothing_names_is_none(floor: ApiFloor) -> None:
    page = floor.client.get(f"/pictures/pack-1/{'0' * 16}", headers=BROWSER)
    assert page.status_code == 404
    assert "Expected a picture that an exception or a movement names" in page.text
    assert "Try again" not in page.text
    assert floor.client.get("/pictures/pack-1/<script>", headers=BROWSER).text.count("<script>") == 0
