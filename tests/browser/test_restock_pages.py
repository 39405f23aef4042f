"""A buyer looks at purchase orders and at an SKU's stock in a real browser, and decides."""

import os
import re
import shutil
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.served_floor import ServedFloor
from tests.browser.test_dashboard import FLAGS

CHROMIUM = os.environ.get("SHELFLIGHT_CHROMIUM") or shutil.which("chromium") or ""
LOADED_MS = 30_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="needs chromium in the PATH or in SHELFLIGHT_CHROMIUM"),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedFloor]:
    """A hub that has ordered what ran out."""
    with ServedFloor(tmp_path_factory.mktemp("floor"), orders=12) as floor:
        httpx.post(floor.url + "/api/restock", timeout=60.0).raise_for_status()
        yield floor


@pytest.fixture
def page(said: list[str]) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(LOADED_MS)
        page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        yield page
        browser.close()


@pytest.fixture
def said() -> list[str]:
    """What the browser's console complained of."""
    return []


def test_a_buyer_tells_a_supplier_and_sees_why_and_how_the_stock_stands(
    served: ServedFloor, page: Page, said: list[str]
) -> None:
    page.goto(served.url + "/restock")
    order = page.locator("section.purchase").first
    expect(order.locator(".state")).to_have_text("approved")
    expect(order.locator(".because li").first).to_contain_text(re.compile(r"ordered \d+ because position -?\d+"))
    order.get_by_label("Your name").fill("Grace")
    order.get_by_role("button", name="I have told the supplier").click()
    expect(page.locator("section.purchase").first.locator(".state")).to_have_text("sent", timeout=LOADED_MS)
    page.locator("section.purchase").first.locator(".because a").first.click()
    picture = page.locator(".stockpicture svg")
    expect(picture).to_be_visible(timeout=LOADED_MS)
    box = picture.bounding_box()
    assert box is not None and box["width"] > 600 and box["height"] > 200
    expect(page.get_by_text("Why it was ordered")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        "a phone need not scroll sideways"
    )
    page.goto(served.url + "/restock")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.goto(served.url + "/backorders")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert said == []
