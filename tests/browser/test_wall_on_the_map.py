"""A put-to-light wall on the floor map, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from edge.contract.state import Lit
from tests.browser.served_floor import ServedFloor
from tests.browser.test_dashboard import CHROMIUM, FLAGS, LIGHT_MS, cell, page_of

SITE = Path(__file__).parents[2] / "config" / "wall"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="needs chromium in the PATH or in SHELFLIGHT_CHROMIUM"),
]


@pytest.fixture
def said() -> list[str]:
    """What the browser's console complained of."""
    return []


@pytest.fixture
def page(said: list[str]) -> Iterator[Page]:
    """A page on a laptop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield from page_of(browser, said, 1440, 900)
        browser.close()


def test_a_wall_is_drawn_with_its_cells_and_a_complete_one_says_done(
    tmp_path: Path, page: Page, said: list[str]
) -> None:
    with ServedFloor(tmp_path / "floor", site=SITE) as served:
        served.everybody_comes()
        page.goto(served.url)
        wall = page.locator('[data-bay="wall-1"]')
        expect(wall).to_have_class("bay wall")
        expect(wall.locator("[data-bin]")).to_have_count(6)
        served.shows(
            "wall-1",
            Lit(place="wall-1/01", colour="green", text="DONE"),
            Lit(place="wall-1/02", colour="yellow", text="P  2", task="p"),
        )
        expect(page.locator(cell(page, "wall-1/01"))).to_have_class("cell lit c-green p-steady", timeout=LIGHT_MS)
        expect(page.locator(cell(page, "wall-1/01") + " .units")).to_have_text("DONE")
        expect(page.locator(cell(page, "wall-1/02") + " .units")).to_have_text("2")
        wall.click()
        page.locator("#front button").nth(2).click()
        expect(page.locator("#bin-words")).to_have_text("wall-1/03: dark; free")
        expect(page.locator(".keys")).to_contain_text("cell complete")
    assert not said
