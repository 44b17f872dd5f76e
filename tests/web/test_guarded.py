"""The page of a mock that others can reach: it asks for a key, and works once it has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.serving import served
from tests.web.conftest import watched_page

from seqruns_mock.boot import Settings, create_front, load_settings_stores
from seqruns_mock.control.state import MockState

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_a_key_opens_it(browser: Browser) -> None:
    """Until then it says what is missing and shows nothing."""
    settings = Settings(host="192.0.2.1", keys=("s3cret-key",))
    state = MockState(settings.start(load_settings_stores(settings)))
    with served(create_front(state, settings)) as base_url:
        root = base_url.removesuffix("/v1")
        with watched_page(browser, root) as page:
            page.goto("/#controls")
            expect(page.locator("#connection")).to_contain_text("Not authenticated")
            page.get_by_label("Key", exact=True).fill("s3cret-key")
            expect(page.locator("#connection")).to_be_hidden()
            expect(page.locator("#faults li").first).to_be_attached()
            page.get_by_role("tab", name="Explore").click()
            page.get_by_role("button", name="Send").click()
            expect(page.locator("#outcome")).to_contain_text("137 runs match")
