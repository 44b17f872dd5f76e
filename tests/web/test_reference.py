"""Reference, in a real browser; that nothing outside is asked is seen by the `page` fixture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from seqruns_mock.embedding import MockServer


def test_the_endpoint_is_tried_from_its_reference(page: Page, server: MockServer) -> None:
    """With the key and a sequence filled in, to this server."""
    page.goto("/#reference")
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
    request = server.requests[-1]
    assert (request.sequence_id, request.outcome.total) == (server.sequence_id, 137)
    assert "X-Whippy-Key" in request.headers


def test_the_control_api_has_its_reference_too(page: Page) -> None:
    """It shows all operations of the control API."""
    page.goto("/#reference")
    page.get_by_text("The control API", exact=True).click()
    expect(page.locator("#swagger .info")).to_contain_text("Control of the seqruns mock")
    expect(page.locator("#swagger .opblock")).not_to_have_count(1)
    expect(page.locator("#swagger .opblock.is-open")).to_have_count(0)
