"""Requests, live, in a real browser."""

from __future__ import annotations

import re
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.web.conftest import watched_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from seqruns_mock.embedding import MockServer

ROWS = "#journal tbody tr"


def test_a_request_shows_up_as_it_comes(page: Page, ask: Callable[[str], int]) -> None:
    """With its method, path, query, status, client, and what was matched; the latest first."""
    page.goto("/#requests")
    expect(page.locator("#journal-empty")).to_be_visible()
    ask("?status=active&limit=3")
    row = page.locator(ROWS)
    expect(row).to_have_count(1)
    for words in ("GET", "?status=active&limit=3", "200", "my-client/1.2", "3 of 53 runs", " ms"):
        expect(row).to_contain_text(words)
    ask("?limit=1")
    expect(page.locator(ROWS)).to_have_count(2)
    expect(page.locator(ROWS).first).to_contain_text("?limit=1")


def test_why_a_request_was_refused_or_empty(page: Page, ask: Callable[[str], int]) -> None:
    """In the mock's words; the others can be hidden."""
    page.goto("/#requests")
    assert [ask("?status=done&limit=0"), ask("?phone=13605550000"), ask("")] == [422, 200, 200]
    expect(page.locator(ROWS)).to_have_count(3)
    expect(page.locator(ROWS).nth(2)).to_contain_text("status: 'done' is not a run status")
    expect(page.locator(ROWS).nth(2)).to_contain_text("limit: '0' is out of range")
    expect(page.locator(ROWS).nth(1)).to_contain_text("no run has this phone")
    page.locator("#which").select_option("amiss")
    expect(page.locator(ROWS)).to_have_count(2)
    page.locator("#containing").fill("DONE")
    expect(page.locator(ROWS)).to_have_count(1)


def test_a_request_opens_to_all_of_it_with_its_key_masked(
    page: Page, ask: Callable[[str], int], server: MockServer
) -> None:
    """Parameters as they were read, headers as they came, and no key anywhere."""
    ask(f"?phone=+13603094336&odd={server.key}")
    page.goto("/#requests")
    page.locator(f"{ROWS} button").press("Enter")
    panel = page.locator("#request")
    expect(panel.get_by_role("heading", level=2)).to_be_focused()
    expect(panel).to_contain_text("phone begins with a space")
    expect(panel).to_contain_text("X-Whippy-Key")
    assert server.key not in (page.locator("#panel-requests").text_content() or "")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


RAW = "phone=+1%2b2&&before=2024-01-01t00:00:00%2B02:00&x=%zz&%73tatus=active&=&a[]={1|2}^`~&limit=2&"


def test_a_request_is_sent_again(page: Page, server: MockServer) -> None:
    """The same one, sign by sign and with its trouble, with the page's key; what comes is shown."""
    headers = {"X-WHIPPY-KEY": server.key, "X-Mock-Trouble": "error:status=418"}
    page.goto("/#requests")
    for path in (
        f"/v1/sequences/{server.sequence_id}/sequence_runs",
        "/v1/sequences/a%20b%C3%A9%3F%23%25/sequence_runs",
    ):
        raw_get(server, f"{path}?{RAW}", headers)
        count = len(server.requests)
        expect(page.locator(ROWS)).to_have_count(count)
        page.locator(ROWS).first.click()
        page.get_by_role("button", name="Send again").click()
        expect(page.locator("#again")).to_contain_text("418")
        expect(page.locator("#again pre")).to_contain_text("A trouble makes this a 418.")
        expect(page.locator("#again")).not_to_contain_text("in another way")
        first, second = server.requests[-2:]
        assert (first.path, first.query_string, first.trouble) == (second.path, second.query_string, second.trouble)
        assert second.query_string == RAW
    page.get_by_role("button", name="Close").click()
    raw_get(server, f"{path}?phone='1'", {"X-WHIPPY-KEY": server.key})
    expect(page.locator(ROWS).first).to_contain_text("?phone='1'")
    page.locator(ROWS).first.click()
    page.get_by_role("button", name="Send again").click()
    expect(page.locator("#again")).to_contain_text("The browser wrote some signs of the address in another way")
    expect(page.locator("#again")).to_contain_text("404")


def raw_get(server: MockServer, target: str, headers: dict[str, str]) -> None:
    """Ask for a target as it is: nothing between here and the socket spells it anew."""
    with closing(HTTPConnection(server.root_url.removeprefix("http://"), timeout=10)) as connection:
        connection.request("GET", target, headers=headers)
        connection.getresponse().read()


def test_a_masked_key_in_a_query_is_sent_again_as_the_page_s(
    page: Page, ask: Callable[[str], int], server: MockServer
) -> None:
    """And stays redacted wherever it is shown."""
    ask(f"?key={server.key}&limit=1")
    page.goto("/#requests")
    page.locator(ROWS).click()
    with page.expect_request("**/sequence_runs*") as sent:
        page.get_by_role("button", name="Send again").click()
    assert sent.value.url.endswith(f"?key={server.key}&limit=1")
    expect(page.locator("#again")).to_contain_text("137 runs match")
    assert server.key not in (page.locator("#panel-requests").text_content() or "")


def test_what_comes_leaves_the_focus_where_it_is(page: Page, ask: Callable[[str], int]) -> None:
    """A row with the focus stays the same element; new ones are told to a screen reader, not the whole table."""
    ask("?limit=1")
    ask("?limit=2")
    page.goto("/#requests")
    expect(page.locator(ROWS)).to_have_count(2)
    page.locator(f"{ROWS} button").last.focus()
    ask("?limit=3")
    expect(page.locator(ROWS)).to_have_count(3)
    expect(page.locator(f"{ROWS} button").last).to_be_focused()
    expect(page.locator("#news")).to_have_text("A new request: GET limit=3, 200, 3 of 137 runs")
    expect(page.locator("#panel-requests [aria-live], #panel-requests [role=status] tr")).to_have_count(0)
    page.locator("#containing").fill("limit=3")
    expect(page.locator(ROWS)).to_have_count(1)
    page.locator("#containing").fill("nothing like it")
    expect(page.locator("#journal-none")).to_be_visible()
    page.locator("#containing").fill("")
    expect(page.locator(f"{ROWS} button")).to_have_text(
        [re.compile("limit=3"), re.compile("limit=2"), re.compile("limit=1")]
    )


def test_a_long_request_fits_its_row(browser: Browser, server: MockServer, ask: Callable[[str], int]) -> None:
    """Nothing is cut off at the right, with and without the panel of one request."""
    ask("?status=finished&phone=%2B13605550100&channel_id=0b8f7f4e-3d63-4c44-8a68-6d0c1d5b2a10&" + "x" * 300)
    for width in (1280, 768, 390):
        with watched_page(browser, server.root_url, width=width) as page:
            page.goto("/#requests")
            expect(page.locator(ROWS)).to_have_count(1)
            for _ in range(2):
                scroll = page.locator("#panel-requests .scroll")
                assert scroll.evaluate("(box) => box.scrollWidth <= box.clientWidth"), width
                page.locator(ROWS).click(position={"x": 5, "y": 5})
                expect(page.locator("#request")).to_be_visible()


def test_a_request_is_taken_to_explore(page: Page, ask: Callable[[str], int], server: MockServer) -> None:
    """Its parameters fill the form, and are asked there."""
    ask("?status=finished&limit=4")
    page.goto("/?trouble=error#requests")
    page.locator(ROWS).click()
    expect(page.locator("#request")).to_contain_text("Server-Timing")
    page.get_by_role("button", name="Take to Explore").click()
    expect(page.locator("#runs tbody tr:not(.details)")).to_have_count(4)
    expect(page.locator('#filters [name="status"]')).to_have_value("finished")
    expect(page.locator("#request-trouble")).to_have_value("")  # it was asked without any
    assert server.requests[-1].query_string == "limit=4&status=finished"


def test_the_journal_is_paused_and_cleared(page: Page, ask: Callable[[str], int], server: MockServer) -> None:
    """What came during the pause shows up after it; cleared, the list is empty, also when others clear it."""
    page.goto("/#requests")
    ask("?limit=1")
    expect(page.locator(ROWS)).to_have_count(1)
    page.get_by_role("button", name="Pause").click()
    ask("?limit=2")
    expect(page.locator("#tab-controls .count")).to_be_hidden()
    server.trouble("delay:seconds=0")
    expect(page.locator("#tab-controls .count")).to_be_visible()
    expect(page.locator(ROWS)).to_have_count(1)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(ROWS)).to_have_count(2)
    page.get_by_role("button", name="Clear the journal").click()
    expect(page.locator(ROWS)).to_have_count(0)
    assert server.requests == []
    ask("?limit=3")
    expect(page.locator(ROWS)).to_have_count(1)
    server.reset()
    expect(page.locator(ROWS)).to_have_count(0)


def test_the_page_says_when_the_mock_is_gone(page: Page) -> None:
    """And goes on by itself when it is back."""
    page.goto("/#requests")
    expect(page.locator("#journal-empty")).to_be_visible()
    page.route("**/__mock__/state", lambda route: route.abort())
    expect(page.locator("#connection")).to_have_text("The mock does not answer; waiting for it.")
    page.unroute("**/__mock__/state")
    expect(page.locator("#connection")).to_be_hidden()
