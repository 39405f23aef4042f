"""Keying an order in, in a real browser: what is available is shown as it is written."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.browser.served_floor import ServedFloor
from tests.browser.test_dashboard import CHROMIUM, FLAGS, page_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="needs chromium in the PATH or in SHELFLIGHT_CHROMIUM"),
]
HEART, CAKESTAND = "85123A", "22423"


@pytest.fixture
def said() -> list[str]:
    """What the browser's console complained of."""
    return []


@pytest.fixture
def page(said: list[str]) -> Iterator[Page]:
    """A page on a phone, where it is narrowest."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield from page_of(browser, said, 390, 800)
        browser.close()


def write(line: Locator, sku: str, units: str) -> Locator:
    """Fill a line in; what the page says of it."""
    line.locator("[name=sku]").fill(sku)
    line.locator("[name=units]").fill(units)
    return line.locator("output")


def test_what_is_available_is_shown_as_an_order_is_written_and_the_order_is_taken_in(
    tmp_path: Path, page: Page, said: list[str]
) -> None:
    with ServedFloor(tmp_path / "floor", orders=2) as served:
        page.goto(served.url + "/orders")
        page.get_by_role("link", name="Key in an order").click()
        expect(page.locator("#link")).to_have_text("live")
        for field, words in {"ref": "TEL-1", "customer": "Kari Nordmann", "actor": "Ola"}.items():
            page.locator(f"[name={field}]").fill(words)
        lines = page.locator("#lines li")
        expect(write(lines.nth(0), HEART, "1")).to_contain_text("WHITE HANGING HEART T-LIGHT HOLDER")
        expect(write(lines.nth(1), CAKESTAND, "9000")).to_contain_text("will wait")
        expect(lines.nth(1).locator("output")).to_have_class("short")
        expect(write(lines.nth(2), "cakestand", "1")).to_contain_text("items offered")
        expect(page.locator("#skus option").first).to_have_attribute("value", CAKESTAND)
        expect(write(lines.nth(2), "no such thing", "1")).to_have_text("no such item")
        page.get_by_role("button", name="One more item").click()
        expect(lines).to_have_count(5)
        expect(lines.nth(4).locator("[name=sku]")).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("button", name="Take the order in").click()
        expect(page.get_by_role("alert")).to_contain_text("line 3: expected an SKU of the catalogue")
        expect(page.locator("[name=customer]")).to_have_value("Kari Nordmann")
        said.clear()  # a browser complains of the refusal itself
        write(lines.nth(2), "", "")
        page.get_by_role("button", name="Take the order in").click()
        expect(page.locator("h1")).to_have_text("Order TEL-1")
        expect(page.locator("main")).to_contain_text("1 promised")
        assert said == []
