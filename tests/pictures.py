"""The pictures of the README: the mock's page and the report of a check, light and dark, as WebP.

`make pictures`, or `python -m tests.pictures [FOLDER]`, takes them anew with the browser of the tests.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlencode

from tests.conftest import CHROMIUM, NO_CHROMIUM, QUIET

from seqruns_mock.embedding import MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

FOLDER: Final = Path(__file__).parents[1] / "docs" / "pictures"
LOOKS: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
QUALITY: Final = 50
"""Of WebP, in percent: text stays sharp, and a picture has about 50 KB."""
STEADY: Final = """
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    text.data = text.data
      .replace(/127\\.0\\.0\\.1:\\d+/, "127.0.0.1:8080")
      .replace(/^[\\d.]+ ms$/, "2.4 ms")
      .replace(/ in [\\d.]+ s;/, " in 4.2 s;");
  }
"""
"""Writes the same port and the same durations into every picture, so that one taken again is the same file."""


def page_address(server: MockServer) -> str:
    """Return the address of Explore with a window and a filter in it."""
    asked = {"sequence_id": server.sequence_id, "status": "finished", "after": "2024-01-01T00:00:00Z"}
    return f"{server.root_url}/?{urlencode(asked)}#explore"


def write_report(server: MockServer, folder: Path) -> Path:
    """Return the HTML report of a check that finds something."""
    report = folder / "report.html"
    command = [sys.executable, "-m", "seqruns", "check", server.url, "--key", server.key, "--rate", "0"]
    command += ["--sequence-id", server.sequence_id, "--quiet", "--report-html", str(report)]
    subprocess.run(command, capture_output=True, check=False)
    return report


def picture(page: Page) -> bytes:
    """Return what a page shows, as WebP, which Playwright's own screenshots cannot be."""
    options = {"format": "webp", "quality": QUALITY}
    return b64decode(page.context.new_cdp_session(page).send("Page.captureScreenshot", options)["data"])


def still_picture(page: Page) -> bytes:
    """Return the picture of a page once the next one is the same: a slow machine may still be drawing."""
    before = b""
    while (taken := picture(page)) != before:
        before = taken
    return taken


def pictures(browser: Browser, address: str, ready: str, *, width: int) -> Iterator[tuple[str, bytes]]:
    """Yield `light` and `dark` with a picture of a page, taken once the element `ready` is there."""
    for look in LOOKS:
        page = browser.new_page(viewport={"width": width, "height": width * 5 // 8}, color_scheme=look)
        page.goto(address)
        page.locator(ready).first.wait_for()
        page.wait_for_load_state("networkidle")
        page.evaluate(STEADY)
        yield look, still_picture(page)
        page.close()


def take(browser: Browser, folder: Path) -> None:
    """Write all pictures into a folder."""
    with tempfile.TemporaryDirectory() as name, MockServer(fault="exclusive-before") as faulty, MockServer() as server:
        report = write_report(faulty, Path(name))
        for look, taken in pictures(browser, page_address(server), "#runs tbody tr", width=1280):
            (folder / f"page-{look}.webp").write_bytes(taken)
        for look, taken in pictures(browser, report.as_uri(), "article svg", width=1000):
            (folder / f"report-{look}.webp").write_bytes(taken)


def main() -> None:
    """Take all pictures with Debian's Chromium."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - the tests import this module, with or without it

    if CHROMIUM is None:
        sys.exit(NO_CHROMIUM)
    folder = Path(*sys.argv[1:]) if sys.argv[1:] else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        take(browser, folder)
        browser.close()


if __name__ == "__main__":
    main()
