"""The page of a mock that others can reach: it asks for a key, and works once it has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.serving import served
from tests.web.conftest import watched_page

from seqruns_mock.application import create_application
from seqruns_mock.http.state import MockState
from seqruns_mock.runtime import create_start, create_stores
from seqruns_mock.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from seqruns_mock.embedding import MockServer


def test_a_key_opens_it(browser: Browser) -> None:
    """Until then it says what is missing and shows nothing."""
    settings = Settings(host="192.0.2.1", keys=("s3cret-key",))
    state = MockState(create_start(settings, create_stores(settings)))
    with served(create_application(state, settings)) as base_url:
        root = base_url.removesuffix("/v1")
        with watched_page(browser, root) as page:
            page.goto("/#controls")
            expect(page.locator("#connection")).to_contain_text("Others can reach this mock, so it asks for a key.")
            expect(page.locator("#connection")).to_contain_text("Requests, Controls")
            expect(page.get_by_label("Key", exact=True)).to_be_focused()
            page.keyboard.type("another")
            expect(page.locator("#connection")).to_contain_text("none of the mock's keys")
            page.get_by_label("Key", exact=True).fill("s3cret-key")
            expect(page.locator("#connection")).to_be_hidden()
            expect(page.locator("#faults li").first).to_be_attached()
            page.get_by_role("tab", name="Explore").click()
            page.get_by_role("button", name="Send").click()
            expect(page.locator("#outcome")).to_contain_text("137 runs match")
            page.get_by_text("Code", exact=True).click()
            assert "s3cret-key" not in page.locator("main").inner_text() + page.url
            page.reload()
            expect(page.locator("#outcome")).to_contain_text("137 runs match")
            expect(page.locator("#connection")).to_be_hidden()
            page.get_by_role("tab", name="Reference").click()
            page.get_by_role("button", name="Execute").click()
            expect(page.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
            page.get_by_text("The control API", exact=True).click()
            expect(page.locator("#swagger .info")).to_contain_text("Control of the seqruns mock")


def test_what_is_off_is_said(page: Page, server: MockServer) -> None:
    """Where the control API is closed, the page says what that takes away, and Explore still asks."""
    refusal = {"errors": [{"description": "There is nothing here."}], "status": 404}
    page.route("**/__mock__/state", lambda route: route.fulfill(status=404, json=refusal))
    page.goto("/#requests")
    expect(page.locator("#connection")).to_contain_text("This mock has no control API: Requests, Controls")
    expect(page.locator("#journal-empty")).to_be_hidden()
    page.get_by_role("tab", name="Explore").click()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#outcome")).to_contain_text("137 runs match")
    page.unroute("**/__mock__/state")
    expect(page.locator("#connection")).to_be_hidden()
    page.get_by_role("tab", name="Requests").click()
    expect(page.locator("#journal tbody tr")).to_have_count(1)
    assert server.requests[0].status == 200
