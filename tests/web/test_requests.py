"""Requests, live, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from seqruns_mock.embedding import MockServer

ROWS = "#journal tbody tr"


def test_a_request_shows_up_as_it_comes(page: Page, ask: Callable[[str], int]) -> None:
    """With its method, path, query, status, client, and what was matched; the latest first."""
    page.goto("/#requests")
    expect(page.locator("#journal-empty")).to_be_visible()
    ask("?status=active&limit=3")
    row = page.locator(ROWS)
    expect(row).to_have_count(1)
    for words in ("GET", "?status=active&limit=3", "200", "my-client/1.2", "3 of 54 runs", " ms"):
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


def test_a_request_is_sent_again(page: Page, ask: Callable[[str], int], server: MockServer) -> None:
    """The same one, with the page's key."""
    ask("?status=finished&phone=%2B13603094336")
    page.goto("/#requests")
    page.locator(ROWS).click()
    page.get_by_role("button", name="Send again").click()
    expect(page.locator(ROWS)).to_have_count(2)
    first, second = server.requests
    assert (first.path, first.query_string, first.status) == (second.path, second.query_string, second.status)
    expect(page.locator("#toasts")).to_contain_text("Sent again: 200")


def test_a_request_is_taken_to_explore(page: Page, ask: Callable[[str], int], server: MockServer) -> None:
    """Its parameters fill the form, and are asked there."""
    ask("?status=finished&limit=4")
    page.goto("/#requests")
    page.locator(ROWS).click()
    page.get_by_role("button", name="Take to Explore").click()
    expect(page.locator("#runs tbody tr:not(.details)")).to_have_count(4)
    expect(page.locator('#filters [name="status"]')).to_have_value("finished")
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
