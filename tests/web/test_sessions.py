"""Sessions on the page: listed, opened, ended; and the page of a session, which is about that session alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from seqruns_mock.embedding import MockServer


def test_the_page_lists_sessions_and_ends_them(page: Page, server: MockServer) -> None:
    """Controls names each session with its requests and troubles; a button ends it."""
    with server.session("ci-7") as session:
        session.trouble("delay", seconds=0)
        page.goto("/#controls")
        line = page.locator("#sessions li")
        expect(line).to_contain_text("ci-7")
        expect(line).to_contain_text("1 trouble")
        line.get_by_role("button", name="End ci-7").click()
        expect(line).to_have_text("No session.")
        assert list(server.app) == []


def test_a_session_has_a_page_of_its_own(page: Page, server: MockServer) -> None:
    """What is explored there is in the journal of the session, and its troubles are not those of the mock."""
    with server.session("ci-7") as session:
        page.goto("/sessions/ci-7/#controls")
        expect(page.locator("header")).to_contain_text("Session ci-7")
        expect(page.locator("#sessions-card")).to_be_hidden()
        page.get_by_role("button", name="401 from now on").click()
        expect(page.locator("#misbehaving")).to_contain_text("unauthorized")
        page.get_by_role("tab", name="Explore").click()
        page.locator("#filters").get_by_role("button", name="Send").click()
        page.get_by_role("tab", name="Requests").click()
        expect(page.locator("#panel-requests tbody tr").first).to_contain_text("401")
        assert [entry.status for entry in session.requests] == [401]
        assert server.requests == []
        page.get_by_role("link", name="this mock").click()
        expect(page.locator("#misbehaving")).to_be_hidden()
