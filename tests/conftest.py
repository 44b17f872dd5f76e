"""What all tests share: how Hypothesis runs, so that no run depends on chance or an earlier one; marks; a browser."""

from __future__ import annotations

import gc
import os
import shutil
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings
from slipcover import pytest_plugin  # type: ignore[import-untyped] # it has no types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
NO_CHROMIUM = "there is no Chromium; on Debian: apt-get install chromium-headless-shell fonts-liberation"
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

PROCESSES = {"subprocess", "started", "start_mock", "serving", "pytester", "browser", "local_cluster"}
SERVERS = {"MockServer", "served", "raw_served", "make_server"}
CHECKS = {"check_target", "compare_targets", "digest", "broken_report", "page_report", "honest_report"}
HEAVY = PROCESSES | SERVERS | CHECKS
"""What makes a test slow, as its module or its fixtures call it: processes, servers, whole checks of a target."""

if pytest_plugin._slipcover_instance:  # its plugin has no option for this
    # To take probes out, SlipCover goes through all functions of all modules: here that takes longer than the probes
    # that fire a few thousand times.
    pytest_plugin._slipcover_instance.d_miss_threshold = 20_000

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
settings.register_profile("quick", parent=settings.get_profile("seqruns"), max_examples=20)
settings.load_profile("seqruns")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return how many workers there are: one more than processors, as some tests mostly wait."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the quick tests; put those in a browser last, the longest first: once Playwright runs, no other loop can."""
    for item in items:
        if is_quick(item):
            item.add_marker("quick")
    items.sort(key=lambda item: ("browser" in fixtures_of(item), item.path.stem != "test_screens"))


def is_quick(item: pytest.Item) -> bool:
    """Return whether a test is one of functions in this process."""
    names = {*vars(getattr(item, "module", item)), *fixtures_of(item)}
    return "gallery" not in item.path.parts and HEAVY.isdisjoint(names)


def fixtures_of(item: pytest.Item) -> list[str]:
    """Return the names of the fixtures that a test needs, directly or through others."""
    return getattr(item, "fixturenames", [])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium, headless: one for all tests of a worker."""
    if CHROMIUM is None:
        pytest.skip(NO_CHROMIUM)
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 - only where there is a browser

    expect.set_options(timeout=15_000)  # milliseconds; a busy machine takes more than the usual 5,000
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


def pytest_collection_finish() -> None:
    """Keep the garbage collector from going through all that is imported, again and again."""
    gc.freeze()


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Return pytest's own, whose runs leave coverage to this one."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:slipcover")
    return pytester
