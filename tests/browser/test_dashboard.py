"""The pages in a real browser."""

import os
import random
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from edge.contract.state import Lit
from hub.dashboard import pulse as pulse_module
from tests.browser.served_floor import ServedFloor
from tests.waiting import wait_until

CHROMIUM = os.environ.get("SHELFLIGHT_CHROMIUM") or shutil.which("chromium") or ""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
LIGHT_MS = 2_000
"""A light that changes is on the map within this time."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="needs chromium in the PATH or in SHELFLIGHT_CHROMIUM"),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedFloor]:
    """A hub with pages, whose floor is busy."""
    with ServedFloor(tmp_path_factory.mktemp("floor"), orders=6) as floor:
        floor.busy(random.Random(3))
        yield floor


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser with a profile of its own."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def said() -> list[str]:
    """What the browser's console complained of."""
    return []


@pytest.fixture
def laptop(browser: Browser, said: list[str]) -> Iterator[Page]:
    """A page on a laptop."""
    yield from page_of(browser, said, 1440, 900)


@pytest.fixture
def phone(browser: Browser, said: list[str]) -> Iterator[Page]:
    """A page on a phone."""
    yield from page_of(browser, said, 390, 844)


def page_of(browser: Browser, said: list[str], width: int, height: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()


def cell(page: Page, place: str) -> str:
    bay, number = place.split("/")
    return f'[data-bay="{bay}"] [data-bin="{int(number) - 1}"]'


@pytest.mark.parametrize("path", ["/", "/orders", "/orders?state=backordered", "/backorders", "/exceptions", "/docs"])
def test_every_page_loads_goes_live_and_complains_of_nothing(
    served: ServedFloor, laptop: Page, said: list[str], path: str
) -> None:
    laptop.goto(served.url + path)
    expect(laptop.locator("#link")).to_have_text("live")
    expect(laptop.locator("[data-text=clock]")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    assert said == []


@pytest.mark.parametrize("path", ["/", "/orders", "/backorders", "/exceptions", "/docs"])
def test_nothing_scrolls_sideways_on_a_phone(served: ServedFloor, phone: Page, said: list[str], path: str) -> None:
    phone.goto(served.url + path)
    expect(phone.locator("#link")).to_have_text("live")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert said == []


PROMPTS = {
    "pack-1": ("STRAWBERRY LUNCH BOX WITH CUTLERY", ["24 x SKULL AND CROSSBONES DESIGN CUP", "If not, press problem."]),
    "pack-2": ("W" * 60, ["M" * 60, "W" * 60, "last"]),
    "dock-1": ("WEIGH IT " * 20, []),
}
ASK = """async (prompts) => {
  const last = await new Promise((told) =>
    document.addEventListener("figures", ({ detail }) => told(detail), { once: true }));
  for (const [name, [title, lines]] of Object.entries(prompts))
    last.benches[name] = { title, lines, tone: "calm", ask: "scan" };
  document.dispatchEvent(new CustomEvent("figures", { detail: last }));
  return [...document.querySelectorAll(".bench")].map((bench) => {
    const frame = bench.querySelector(".frame").getBBox();
    const texts = [...bench.querySelectorAll("text")].filter((text) => text.textContent);
    return texts.map((text) => {
      const box = text.getBBox();
      const inside = box.x + box.width <= frame.x + frame.width && box.y + box.height <= frame.y + frame.height;
      return [text.textContent, inside];
    });
  });
}"""


def test_whatever_a_bench_asks_stays_within_its_card(served: ServedFloor, laptop: Page, said: list[str]) -> None:
    laptop.goto(served.url)
    expect(laptop.locator("#link")).to_have_text("live")
    drawn = laptop.evaluate(ASK, PROMPTS)
    texts = [text for bench in drawn for text, _ in bench]
    assert [text for bench in drawn for text, inside in bench if not inside] == []
    for whole in ("STRAWBERRY LUNCH BOX", "24 x SKULL AND CROSSBONES", "DESIGN CUP", "If not, press problem."):
        assert whole in texts, "what has room is not cut"
    assert any(text.endswith("…") for text in texts), "what has no room says that there is more"
    assert said == []


@pytest.mark.parametrize("screen", ["laptop", "phone"])
def test_no_words_of_a_figure_are_cut(served: ServedFloor, screen: str, request: pytest.FixtureRequest) -> None:
    page: Page = request.getfixturevalue(screen)
    page.goto(served.url)
    expect(page.locator("[data-id=speed-words]")).to_be_visible()
    page.locator("[data-id=trouble-words]").evaluate("spot => (spot.textContent = 'Label of a parcel not printed')")
    cut = "spots => spots.filter(s => s.scrollWidth > s.clientWidth + 1).map(s => s.textContent)"
    assert page.locator(".tile .sub, .tile h2").evaluate_all(cut) == []


@pytest.mark.parametrize("path", ["/", "/orders", "/exceptions"])
def test_figures_say_which_day_they_are_of(served: ServedFloor, laptop: Page, path: str) -> None:
    laptop.goto(served.url + path)
    expect(laptop.locator("main")).to_contain_text(re.compile(r"today, Tue 1 Mar"))


def test_a_floor_that_measured_nothing_says_so(tmp_path: Path, laptop: Page) -> None:
    with ServedFloor(tmp_path / "new", orders=0) as floor:
        floor.everybody_comes()
        laptop.goto(floor.url)
        expect(laptop.locator("[data-text=clock]")).to_have_text(re.compile(r"^\d\d:\d\d$"))
        expect(laptop.locator(".speed")).to_contain_text("nothing measured yet")
        expect(laptop.locator("[data-id=speed-words]")).not_to_be_visible()
        for step in ("to_cart", "picking", "to_ship"):
            expect(laptop.locator(f'[data-text="times.{step}"]')).to_have_text("–")


@pytest.mark.parametrize("screen", ["laptop", "phone"])
def test_a_light_that_changes_is_on_the_map_within_two_seconds(
    served: ServedFloor, screen: str, request: pytest.FixtureRequest
) -> None:
    page: Page = request.getfixturevalue(screen)
    served.shows("bay-01")
    page.goto(served.url)
    spot = page.locator(cell(page, "bay-01/07"))
    expect(spot).to_have_attribute("class", "cell")
    served.shows("bay-01", Lit(place="bay-01/07", colour="green", text="B 12", task="t"))
    expect(spot).to_have_attribute("class", "cell lit c-green p-steady", timeout=LIGHT_MS)
    expect(spot).to_have_text("B12")
    served.shows("bay-01", Lit(place="bay-01/07", colour="red", pattern="blink", text="B -1"))
    expect(spot).to_have_attribute("class", "cell lit c-red p-blink", timeout=LIGHT_MS)
    expect(page.locator('[data-bay="bay-01"]')).to_have_attribute("aria-label", "bay-01: 1 lit, 1 alarm")
    served.shows("bay-01")
    expect(spot).to_have_attribute("class", "cell", timeout=LIGHT_MS)


def test_a_station_that_goes_is_hatched_and_its_lights_are_not_believed(served: ServedFloor, laptop: Page) -> None:
    served.shows("bay-02", Lit(place="bay-02/01", colour="blue", text="A  1", task="t"))
    laptop.goto(served.url)
    bay = laptop.locator('[data-bay="bay-02"]')
    expect(laptop.locator(cell(laptop, "bay-02/01"))).to_have_class("cell lit c-blue p-steady")
    served.goes("bay-02")
    expect(bay).to_have_class("bay away", timeout=LIGHT_MS)
    expect(laptop.locator(cell(laptop, "bay-02/01"))).to_have_class("cell")
    expect(bay).to_have_attribute("aria-label", "bay-02: away")


def test_a_tapped_bay_says_what_its_bins_show_and_hold(served: ServedFloor, phone: Page) -> None:
    phone.goto(served.url)
    phone.locator('[data-bay="bay-03"]').click()
    alarm = phone.locator("#front button").nth(11)
    expect(alarm).to_contain_text("A -1")
    alarm.click()
    expect(phone.locator("#bin-words")).to_contain_text("bay-03/12: red light, shows “A -1”; holds ")
    phone.locator("#locate").click()  # this hub has no broker
    expect(phone.locator("#bin-words")).to_contain_text("no link to its stations")
    phone.keyboard.press("Escape")
    expect(phone.locator("#bay")).not_to_be_visible()


def test_a_page_comes_back_by_itself_when_the_hub_was_away(tmp_path: Path, laptop: Page) -> None:
    with ServedFloor(tmp_path / "one", orders=1) as first:
        first.everybody_comes()
        laptop.goto(first.url)
        expect(laptop.locator("#link")).to_have_text("live")
        port = int(first.url.rsplit(":", 1)[1])
        began_s = time.monotonic()
        first.end()
        assert time.monotonic() - began_s < 4, "the open page held the server up"
    expect(laptop.locator("#link")).to_have_text("reconnecting")
    with ServedFloor(tmp_path / "two", orders=1, port=port) as second:
        second.everybody_comes()
        expect(laptop.locator("#link")).to_have_text("live", timeout=10_000)


def test_more_pages_than_there_is_room_for_are_refused_in_words(
    served: ServedFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_until(lambda: served.pulse.listeners == 0, 10, "earlier pages to leave")
    monkeypatch.setattr(pulse_module, "LISTENERS_MAX", 1)
    with httpx.stream("GET", served.url + "/live") as first:
        assert first.status_code == 200
        second = httpx.get(served.url + "/live")
        assert second.status_code == 503
        assert second.json()["detail"] == "Expected fewer than 1 open pages, there are 1."
    wait_until(lambda: served.pulse.listeners == 0, 10, "the page that left to be forgotten")
