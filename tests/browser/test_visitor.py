"""The demo's own page: a person at a browser picks beside the simulated people."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from edge.contract.site import load_site
from hub.demo.visitor import GONE_AFTER_S, WAS_AWAY
from hub.domain.certainty import is_sure
from hub.site.catalogue import load_catalogue
from tests.browser.test_dashboard import CHROMIUM, FLAGS
from tests.waiting import wait_until

UP_S = 90
DAY_S = 120
SEEN_MS = 15_000
"""Settling, an alarm and a slow machine."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.system,
    pytest.mark.skipif(not CHROMIUM, reason="needs chromium in the PATH or in SHELFLIGHT_CHROMIUM"),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo keeps its files."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def visitor_url(data: Path) -> Iterator[str]:
    """The visitor's page of a small demo that stays up."""
    said = data / "said.txt"
    command = [sys.executable, "-m", "hub.run", "demo", "--orders", "2", "--speed", "max", "--keep-running"]
    command += ["--data", str(data)]
    with said.open("w") as out, subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT) as demo:
        try:
            pattern = re.compile(r"fourth picker: (http://[0-9.:]+)")
            wait_until(lambda: pattern.search(said.read_text()), UP_S, "the visitor's address")
            # the others have gone home: a bin that they have just left would take the visitor's hand for theirs
            wait_until(lambda: "stays up" in said.read_text(), DAY_S, "the end of the others' day")
            found = pattern.search(said.read_text())
            assert found is not None
            yield found[1]
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(60)


@pytest.fixture
def page(visitor_url: str) -> Iterator[Page]:
    """The page on a laptop, which must complain of nothing."""
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        opened = browser.new_page(viewport={"width": 1440, "height": 900})
        opened.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.goto(visitor_url)
        yield opened
        browser.close()
    assert said == []


def dark_bin_with_a_sure_scale(page: Page, site: Path) -> Locator:
    """A dark bin of the bay on the screen, with ten units or more, of which its scale notices every one."""
    stations, catalogue = load_site(site).stations, load_catalogue(site)
    homes = {stock.bin: catalogue.items[stock.sku] for stock in catalogue.bins}
    for button in page.locator("#front button:not(.lit)").all():
        found = re.match(r"(\S+): dark; holds (\d+) of", button.get_attribute("aria-label") or "")
        if found is None or int(found[2]) < 10:
            continue
        item, scale = homes[found[1]], stations[found[1].partition("/")[0]].scale
        if scale and is_sure(unit_mg=item.unit_mg, spread_mg=item.spread_mg, division_mg=scale.division_mg, units=1):
            return button
    raise AssertionError("no such bin in this bay")


def test_a_visitor_signs_on_errs_is_told_mends_it_and_delivers(page: Page, data: Path) -> None:
    expect(page.locator("#link")).to_have_text("live")
    page.click("#sign-on")
    lights = page.locator("#lights button")
    expect(lights.first).to_be_visible(timeout=60_000)
    noticed = page.locator("#bin-noticed")

    lights.first.click()
    page.click("#take")
    expect(noticed).to_contain_text("waits for your confirm")
    page.click("#confirm")
    expect(noticed).to_contain_text("booked by the hub", timeout=SEEN_MS)

    dark_bin_with_a_sure_scale(page, data / "site").click()
    page.click("#take")
    expect(noticed).to_contain_text("wrong bin", timeout=SEEN_MS)
    page.click("#back")
    expect(noticed).to_contain_text("The bin is dark", timeout=SEEN_MS)
    page.click(".close")

    while lights.count():
        left = lights.count()
        lights.first.click()
        page.click("#take")
        page.click("#confirm")
        expect(lights).to_have_count(left - 1, timeout=SEEN_MS)
        page.click(".close")
    page.click("#deliver")
    expect(page.locator("#happened")).to_contain_text("to packing")


def test_a_visitor_who_is_away_for_two_minutes_is_stood_in_for(page: Page) -> None:
    hub = page.get_by_role("link", name="Dashboard").get_attribute("href")

    def in_work() -> dict[str, int]:
        work: dict[str, int] = httpx.get(f"{hub}/api/summary").json()["in_work"]
        return work

    page.click("#sign-on")
    expect(page.locator("#lights button").first).to_be_visible(timeout=60_000)
    page.reload()
    expect(page.locator("#link")).to_have_text("live")
    expect(page.locator("#lights button").first).to_be_visible()
    assert in_work()["tasks"]
    address = page.url
    page.goto("about:blank")
    wait_until(lambda: not in_work()["totes"], GONE_AFTER_S + DAY_S, "somebody else to finish the cart")
    page.goto(address)
    expect(page.locator("#happened")).to_have_text(WAS_AWAY)
    expect(page.locator("#sign-on")).to_be_visible()
