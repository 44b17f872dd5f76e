"""The request as code: each piece is copied from the page and run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.web.conftest import filter_field

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from seqruns_mock.embedding import MockServer

COMMANDS = {
    "curl": ("sh", "code.sh", ["sh"]),
    "requests": (sys.executable, "code.py", [sys.executable]),
    "httpx": (sys.executable, "code.py", [sys.executable]),
    "fetch": ("node", "code.mjs", ["node"]),
    "go": ("go", "code.go", ["go", "run"]),
}
HOSTILE = "+1 '\"\\`$(exit 9)${HOME}%&=#?;<é>\U0001f600"


@pytest.mark.parametrize("language", COMMANDS)
def test_code_runs_and_asks_the_same(page: Page, server: MockServer, tmp_path: Path, language: str) -> None:
    """Whatever is in the filters, the code asks what the page asks; its key comes from the environment."""
    page.goto("/")
    filter_field(page, "phone").fill(HOSTILE)
    filter_field(page, "after").fill("2024-03-01T10:00:00+02:00")
    page.locator("#request-trouble").fill("wrong-content-type:content_type=a'b\\\"c")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#outcome")).to_contain_text("0 runs match")
    page.get_by_text("Code", exact=True).click()
    page.locator("#language").select_option(language)
    page.get_by_role("button", name="Copy code").click()
    expect(page.locator("#toasts")).to_contain_text("Copied")
    code = str(page.evaluate("() => navigator.clipboard.readText()"))
    assert code == page.locator("#code").text_content()
    assert server.key not in code
    program, name, command = COMMANDS[language]
    if shutil.which(program) is None or (language == "curl" and shutil.which("curl") is None):
        pytest.skip(f"there is no {language} here to run it")
    (tmp_path / name).write_text(code, "utf-8")
    environment = {**os.environ, "SEQRUNS_KEY": server.key, "NO_PROXY": "127.0.0.1"}
    subprocess.run([*command, str(tmp_path / name)], env=environment, check=True, capture_output=True, timeout=60)
    by_page, by_code = server.requests
    assert by_code.parameters == by_page.parameters == {"phone": HOSTILE, "after": "2024-03-01T10:00:00+02:00"}
    assert (by_code.method, by_code.path, by_code.status) == (by_page.method, by_page.path, 200)
    assert by_code.trouble == by_page.trouble == "wrong-content-type"


def test_a_request_without_filters_is_code_too(page: Page, server: MockServer) -> None:
    """Its code has nothing left over from a query."""
    page.goto("/")
    page.get_by_text("Code", exact=True).click()
    for language in COMMANDS:
        page.locator("#language").select_option(language)
        code = page.locator("#code").text_content() or ""
        assert server.runs_url in code
        assert "param" not in code.lower()
        assert "net/url" not in code
    expect(page.locator("#environment")).to_have_text(f"Set the key first: export SEQRUNS_KEY='{server.key}'")
