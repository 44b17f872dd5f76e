"""Every tab, wide and narrow, light and dark: pictures to look at, widths, and what axe finds amiss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it has no types
from playwright.sync_api import expect
from tests.web.conftest import SCREENSHOTS, watched_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    from seqruns_mock.embedding import MockServer

READY = {
    "explore": "#runs tbody tr >> nth=0",
    "requests": "#journal tbody tr >> nth=0",
    "reference": "#swagger .opblock >> nth=0",
    "controls": "#faults li >> nth=0",
}

OF_THE_RENDERER = {"heading-order", "aria-allowed-role", "landmark-unique"}
"""What axe finds in the reference and cannot be mended from outside: its headings skip a level, and it is a `main`."""


@pytest.mark.parametrize("look", ["light", "dark", "narrow"])
def test_every_tab_fits_its_screen(browser: Browser, server: MockServer, ask: Callable[[str], int], look: str) -> None:
    """What is wider than the screen scrolls in a box of its own."""
    SCREENSHOTS.mkdir(exist_ok=True)
    for query in ("?phone=+13603094336", "?status=done", "?status=active&limit=3"):
        ask(query)
    server.trouble("error", status=503, skip=50)
    width = 390 if look == "narrow" else 1360
    with watched_page(browser, server.root_url, width=width, dark=look == "dark") as page:
        page.goto(f"/?sequence_id={server.sequence_id}&status=finished&after=2024-01-01T00:00:00Z&zone=Europe/Berlin")
        for tab, ready in READY.items():
            page.get_by_role("tab", name=tab.capitalize()).click()
            expect(page.locator(ready)).to_be_attached(timeout=15_000)
            page.screenshot(path=SCREENSHOTS / f"{tab}-{look}.png")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, tab


@pytest.mark.parametrize("look", ["light", "dark", "narrow"])
def test_every_tab_can_be_used_by_all(
    browser: Browser, server: MockServer, ask: Callable[[str], int], look: str
) -> None:
    """Axe finds nothing amiss in names, roles, contrast and keyboard."""
    ask("?status=done")
    with watched_page(browser, server.root_url, width=390 if look == "narrow" else 1360, dark=look == "dark") as page:
        page.emulate_media(reduced_motion="reduce")
        page.goto(f"/?sequence_id={server.sequence_id}&status=active&limit=3")  # axe is soon through with it
        for tab, opened in (("explore", "#runs .open"), ("requests", "#journal button"), ("controls", "summary")):
            page.get_by_role("tab", name=tab.capitalize()).click()
            expect(page.locator(READY[tab])).to_be_attached()
            page.locator(opened).first.click()
            violations = Axe().run(page).response["violations"]
            assert [(each["id"], each["nodes"][0]["target"]) for each in violations] == [], tab


def test_the_reference_can_be_read_by_all(browser: Browser, server: MockServer) -> None:
    """Axe finds nothing amiss in what the renderer makes, but what cannot be mended from outside; dark is harder."""
    with watched_page(browser, server.root_url, dark=True) as page:
        page.goto("/")
        page.get_by_role("tab", name="Reference").click()
        page.locator("tr[data-param-name=limit] input[type=text]").fill("1")  # an answer that axe is soon through with
        page.get_by_role("button", name="Execute").click()
        expect(page.locator("#swagger .live-responses-table")).to_be_visible(timeout=15_000)
        violations = Axe().run(page).response["violations"]
        found = [(each["id"], each["nodes"][0]["target"]) for each in violations if each["id"] not in OF_THE_RENDERER]
        assert found == []
