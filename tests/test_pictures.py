"""The pictures of the README: they are there, they are small, and they can be taken anew."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.pictures import FOLDER, LOOKS, page_address, pictures

from seqruns_mock.embedding import MockServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
LIMIT = 60_000
"""Bytes; a README with pictures is still read over a slow line."""


def test_the_readme_shows_each_picture_light_and_dark() -> None:
    """Every picture of the folder is shown, none that is not there, and each is small."""
    named = re.findall(r'(?:src|srcset)="([^"]+)"', (ROOT / "README.md").read_text("utf-8"))
    there = {path.relative_to(ROOT).as_posix(): path.stat().st_size for path in FOLDER.iterdir()}
    assert sorted(named) == sorted(there)
    assert {name for name, size in there.items() if size > LIMIT} == set()


def take(browser: Browser) -> dict[str, bytes]:
    """Return the pictures of the page of a mock that starts for them."""
    with MockServer() as server:
        return dict(pictures(browser, page_address(server), "#runs tbody tr", width=1280))


def test_a_picture_taken_anew_is_the_same(browser: Browser) -> None:
    """Of the mock's page, in both looks, which differ, whatever port it has and however long it takes."""
    taken = take(browser)
    assert take(browser) == taken
    assert tuple(taken) == LOOKS
    assert all(picture[:4] == b"RIFF" and picture[8:12] == b"WEBP" for picture in taken.values())
    assert taken["light"] != taken["dark"]
    assert max(map(len, taken.values())) < LIMIT
