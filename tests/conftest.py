"""What all tests share: how Hypothesis runs, so that no run depends on chance or an earlier one; marks; a browser."""

from __future__ import annotations

import gc
import os
import shutil
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""What Chromium is told so that it runs as root and asks for nothing by itself."""

PROCESSES = {"subprocess", "started", "serving", "pytester", "browser"}
CHECKS = {"check_target", "broken_report", "page_report", "honest_report"}
HEAVY = PROCESSES | CHECKS
"""What makes a test slow, as its module or its fixtures call it: processes, and whole checks of a target."""

UNTRACED = {
    *("test_whole_gallery", "test_selftest", "test_twins", "test_together", "test_exhibits", "test_lab"),
    *("test_trust", "test_data_shapes", "test_dialect", "test_servers", "test_diagnosis", "test_fuzz"),
    *("test_guide", "test_compare_guide", "test_readme", "test_docs", "test_recipes"),
}
"""Modules that check whole targets again and again: traced for coverage they take three times as long, and others run
the same code."""

# A shell that starts the suite in the background has it ignore interrupts, and so would every process of its tests.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile(
    "seqruns",
    max_examples=200,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=False,
)
settings.load_profile("seqruns")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return how many workers there are: one more than processors, as some tests mostly wait."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the quick tests and the untraced; put those in a browser last: once Playwright runs, no other loop can."""
    for item in items:
        if is_quick(item):
            item.add_marker("quick")
        if is_untraced(item):
            item.add_marker("no_cover")
    items.sort(key=lambda item: "browser" in fixtures_of(item))


def is_quick(item: pytest.Item) -> bool:
    """Return whether a test is one of functions in this process."""
    names = {*vars(getattr(item, "module", item)), *fixtures_of(item)}
    return "gallery" not in item.path.parts and HEAVY.isdisjoint(names)


def is_untraced(item: pytest.Item) -> bool:
    """Return whether a test runs without coverage; the page's do as well: the mock that they ask is in this process."""
    return item.path.stem in UNTRACED or "web" in item.path.parts


def fixtures_of(item: pytest.Item) -> list[str]:
    """Return the names of the fixtures that a test needs, directly or through others."""
    return getattr(item, "fixturenames", [])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium, headless: one for all tests of a worker."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium to test pages in; on Debian: apt-get install chromium fonts-liberation")
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 - only where there is a browser

    expect.set_options(timeout=15_000)  # milliseconds; a busy machine takes more than the usual 5,000
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


def pytest_collection_finish() -> None:
    """Keep the garbage collector from going through all that is imported, again and again."""
    gc.collect()
    gc.freeze()
