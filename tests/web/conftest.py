"""What the tests of the web page share: a real server, and a real browser that is watched."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from seqruns_mock.embedding import MockServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
"""Ignored by git; look at them after a change."""


@pytest.fixture(scope="session")
def session_server() -> Iterator[MockServer]:
    """Return a mock with its default data."""
    with MockServer() as server:
        yield server


@pytest.fixture
def server(session_server: MockServer) -> MockServer:
    """Return that mock as it was at its start."""
    session_server.reset()
    return session_server


@dataclass(slots=True)
class Watched:
    """What a page did that it should not have."""

    root: str
    outside: list[str] = field(default_factory=list)
    """Requests to anything but the mock."""
    errors: list[str] = field(default_factory=list)
    """Exceptions, and what the console calls errors, such as a breach of the Content-Security-Policy."""

    def see_request(self, url: str) -> None:
        """Note a request that leaves the mock."""
        if not url.startswith((self.root + "/", "data:")):
            self.outside.append(url)

    def see_message(self, message: ConsoleMessage) -> None:
        """Note an error, except that an answer was a 4xx or none: tests ask for those."""
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.errors.append(message.text)


@contextmanager
def watched_page(
    browser: Browser, root: str, *, width: int = 1360, height: int = 900, dark: bool = False
) -> Iterator[Page]:
    """Give a page in a browser context of its own, and see that it asked only the mock and never failed."""
    context = browser.new_context(
        base_url=root,
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        timezone_id="Europe/Berlin",
        locale="en-GB",
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(15_000)
    page, watched = context.new_page(), Watched(root)
    page.on("request", lambda request: watched.see_request(request.url))
    page.on("console", lambda message: watched.see_message(message))  # noqa: PLW0108 - Playwright marks methods
    page.on("pageerror", lambda error: watched.errors.append(str(error)))
    page.on("dialog", lambda dialog: watched.errors.append(f"a dialog: {dialog.message}"))
    try:
        yield page
    finally:
        context.close()
    assert (watched.outside, watched.errors) == ([], [])


@pytest.fixture
def page(browser: Browser, server: MockServer) -> Iterator[Page]:
    """Return a watched page; its base URL is the mock's."""
    with watched_page(browser, server.root_url) as page:
        yield page


def filter_field(page: Page, name: str) -> Locator:
    """Return the field of Explore for a parameter."""
    return page.locator(f'#filters [name="{name}"]')


@pytest.fixture
def ask(server: MockServer) -> Callable[[str], int]:
    """Return what asks the endpoint as a client of its own does, and returns the status."""

    def ask(query: str = "") -> int:
        request = Request(server.runs_url + query, headers={"X-WHIPPY-KEY": server.key, "User-Agent": "my-client/1.2"})  # noqa: S310 - loopback
        try:
            with urlopen(request) as response:  # noqa: S310 - loopback
                response.read()
                return int(response.status)
        except HTTPError as error:
            with error:
                return error.code

    return ask
