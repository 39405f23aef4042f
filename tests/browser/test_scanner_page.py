"""A page as a bench's scanner, and what the bench's camera saw, in a real browser: hub, broker and station are real."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from edge.contract.hands import Press, Show
from tests.browser.test_dashboard import CHROMIUM, FLAGS, page_of
from tests.edge.hands_client import Hands
from tests.edge.live_station import LiveBroker, LiveStation
from tests.hub.live_hub import LiveHub
from tests.waiting import wait_until

STATION = "induct-1"
SEEN_MS = 15_000
CAMERA_FLAGS = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
DETECTOR = """
window.BarcodeDetector = class {
  async detect(video) { return video.videoWidth && window.shown ? [{ rawValue: window.shown }] : []; }
};
"""
"""Chromium has no detector of its own on Linux: this one reads what the test shows, off the browser's own video."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.system,
    pytest.mark.skipif(not CHROMIUM, reason="needs chromium in the PATH or in SHELFLIGHT_CHROMIUM"),
]


class Floor:
    """A hub, its broker and one bench of its site, each in a process of its own."""

    def __init__(self, directory: Path) -> None:
        self.broker = LiveBroker(directory)
        self.broker.start()
        self.hub = LiveHub(directory, self.broker.port)
        self.station = LiveStation(directory / "site", STATION, self.broker.port, directory)
        self.station.start()
        self._database = directory / "data" / "hub.db"
        wait_until(lambda: self.is_there, 60, "the station at the hub")
        self.url = f"{self.hub.url}/scan/{STATION}"

    @property
    def is_there(self) -> bool:
        devices: Any = self.hub.ask("/api/devices")
        return bool(devices.get(STATION, {}).get("online"))

    def scans(self, text: str) -> list[dict[str, Any]]:
        """The scans of this text that the hub has committed."""
        with closing(connect(f"file:{self._database}?mode=ro", uri=True)) as db:
            bodies = [json.loads(row[0]) for row in db.execute("SELECT body FROM fact WHERE type = 'SymbolScanned'")]
        return [body for body in bodies if body["text"] == text]

    def close(self) -> None:
        self.station.kill()
        self.hub.kill()
        self.broker.kill()


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    made = Floor(tmp_path_factory.mktemp("floor"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *CAMERA_FLAGS])
        yield started
        started.close()


@pytest.fixture
def said() -> list[str]:
    """What the browser's console complained of."""
    return []


@pytest.fixture
def phone(browser: Browser, said: list[str]) -> Iterator[Page]:
    yield from page_of(browser, said, 390, 844)


@pytest.fixture
def page(phone: Page, floor: Floor) -> Page:
    """The scanner page, once the bench asks for a badge again."""
    phone.goto(floor.url)
    expect(phone.locator("#scan-title")).to_have_text("Scan your badge", timeout=SEEN_MS)
    return phone


def send(page: Page, text: str) -> None:
    """As a keyboard scanner does: it types, then presses Enter, wherever the focus is."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_every_bench_has_its_page_and_is_found(floor: Floor, phone: Page, said: list[str]) -> None:
    phone.goto(f"{floor.hub.url}/scan")
    phone.get_by_role("link", name=re.compile(STATION)).click()
    expect(phone.locator("#scan-title")).to_have_text("Scan your badge", timeout=SEEN_MS)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert said == []


def test_what_a_scanner_types_is_taken_and_the_bench_goes_on(floor: Floor, page: Page, said: list[str]) -> None:
    page.locator("#scan-title").click()  # the focus is elsewhere
    send(page, "NOBODY-1")
    expect(page.locator("#scan-said")).to_have_text("NOBODY-1: taken", timeout=SEEN_MS)
    expect(page.locator("#scan-lines")).to_contain_text("'NOBODY-1' is not a picker's badge.", timeout=SEEN_MS)
    send(page, "]C0BADGE-ana")
    expect(page.locator("#scan-title")).to_have_text("Ana: scan a cart", timeout=SEEN_MS)
    [told] = floor.scans("BADGE-ana")
    assert (told["source"], told["aim"]) == ("page", "]C0")
    send(page, "CART-99")
    expect(page.locator("#scan-lines")).to_contain_text("'CART-99' is not a cart.", timeout=SEEN_MS)
    assert said == []
    leave(floor)
    expect(page.locator("#scan-title")).to_have_text("Scan your badge", timeout=SEEN_MS)


def leave(floor: Floor) -> None:
    """Press the bench's problem button, by which a picker leaves."""
    hands = Hands(floor.station.socket)
    hands.do(Press(control="problem"))
    hands.close()


def test_a_scan_whose_answer_was_lost_is_sent_again_under_its_id_and_told_once(floor: Floor, page: Page) -> None:
    sent: list[str] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        sent.append(route.request.post_data_json["scan"])
        if len(sent) == 1:
            route.fetch()  # it arrives, and the answer is lost
            route.abort()
        else:
            route.continue_()

    page.route("**/scan/*", lose_the_first)
    send(page, "NOBODY-2")
    expect(page.locator("#scan-said")).to_have_text("NOBODY-2: taken", timeout=SEEN_MS)
    assert sent == [sent[0]] * 2
    assert [told["scan"] for told in floor.scans("NOBODY-2")] == [sent[0]]


def test_a_scan_that_answers_an_older_question_is_refused_with_why(floor: Floor, page: Page) -> None:
    page.route("**/prompt", lambda route: route.abort())  # the page knows nothing newer from now on
    other = page.context.new_page()
    other.goto(floor.url)
    expect(other.locator("#scan-title")).to_have_text("Scan your badge", timeout=SEEN_MS)
    send(other, "NOBODY-3")
    expect(other.locator("#scan-lines")).to_contain_text("NOBODY-3", timeout=SEEN_MS)
    send(page, "NOBODY-4")
    words = "NOBODY-4: The bench asks something else by now: look, and scan again."
    expect(page.locator("#scan-said")).to_have_text(words, timeout=SEEN_MS)
    assert floor.scans("NOBODY-4") == []


def test_without_a_detector_no_camera_is_offered(page: Page) -> None:
    expect(page.locator("#scan-camera")).to_be_hidden()


def test_the_browsers_camera_sends_what_it_sees_twice_and_once_for_as_long_as_it_lies_there(
    floor: Floor, phone: Page
) -> None:
    phone.add_init_script(DETECTOR)
    phone.goto(floor.url)
    expect(phone.locator("#scan-title")).to_have_text("Scan your badge", timeout=SEEN_MS)
    phone.click("#scan-camera")
    expect(phone.locator("#scan-video")).to_be_visible()
    phone.evaluate("window.shown = 'NOBODY-5'")
    expect(phone.locator("#scan-said")).to_have_text("NOBODY-5: taken", timeout=SEEN_MS)
    phone.evaluate("window.shown = 'NOBODY-6'")
    expect(phone.locator("#scan-said")).to_have_text("NOBODY-6: taken", timeout=SEEN_MS)
    assert len(floor.scans("NOBODY-5")) == 1


def test_an_exception_shows_what_the_camera_saw_also_when_its_station_has_gone(
    floor: Floor, page: Page, said: list[str]
) -> None:
    hands = Hands(floor.station.socket)
    hands.do(Show(hidden=True))
    page.goto(f"{floor.hub.url}/exceptions")
    link = page.get_by_role("link", name="Show picture")
    expect(link).to_be_visible(timeout=SEEN_MS)
    link.click()
    image = page.locator(".seen img")
    expect(image).to_be_visible()
    wait_until(lambda: image.evaluate("one => one.naturalWidth") > 100, 5, "the picture")
    seen = page.url
    hands.do(Show())
    hands.close()
    floor.station.kill()
    page.goto(floor.url)
    expect(page.locator("#scan-away")).to_be_visible(timeout=40_000)
    send(page, "BADGE-ana")
    expect(page.locator("#scan-said")).to_contain_text("is away", timeout=SEEN_MS)
    page.goto(seen)
    expect(page.locator(".seen img")).to_be_visible()
    assert [line for line in said if "503" not in line] == [], "the browser says that the station was away"
    page.goto(f"{floor.hub.url}/pictures/{STATION}/{'0' * 16}")
    expect(page.locator(".lost")).to_contain_text("Expected a picture that an exception or a movement names")
