"""The HTML report: one file, right as a document, looked at in a real browser by day and by night."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from seqruns_contracts import redact
from seqruns_contracts.reports.html import render_html
from seqruns_contracts.reports.pictures.draw import draw

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Literal, TypeAlias

    from playwright.sync_api import Browser, Page

    from seqruns_contracts import Finding, Report

    ColorScheme: TypeAlias = Literal["light", "dark"]

VOID = {"meta", "br"}


def finding_of(report: Report, name: str) -> Finding:
    """Return the first finding of a check."""
    return next(verdict.findings[0] for verdict in report.verdicts if verdict.check.id == name)


class Structure(HTMLParser):
    """Reads which elements are open, and every address that an element names."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember the element and its addresses."""
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "action", "data"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Check that the end belongs to the element opened last."""
        assert self.open.pop() == tag


def test_the_page_is_well_formed_and_asks_for_nothing(broken_report: Report) -> None:
    """Every element is closed, and every address leads into the page itself."""
    text = render_html(broken_report)
    structure = Structure()
    structure.feed(text)
    assert structure.open == []
    assert all(address.startswith("#") for address in structure.addresses)
    assert "url(" not in text
    assert "@import" not in text


def test_what_a_target_says_cannot_become_markup(broken_report: Report) -> None:
    """A reason with markup in it is shown, not obeyed."""
    first, *others = broken_report.verdicts
    report = replace(broken_report, verdicts=(replace(first, reason="<script>alert(1)</script>"), *others))
    assert "<script" not in render_html(report)
    assert "&lt;script&gt;" in render_html(report)


def test_a_missing_run_is_drawn_at_its_bound(broken_report: Report) -> None:
    """The overview and the close-up both mark it, and the words for those who cannot see it say so."""
    svg = ET.fromstring(draw(finding_of(broken_report, "before.is-inclusive"), broken_report))  # noqa: S314 - drawn a moment ago
    names = [element.get("class") for element in svg.iter()]
    assert names.count("run missing") == 2
    assert "1 missing" in (svg.get("aria-label") or "")
    assert "before: the run above is exactly at it" in "".join(svg.itertext())


def test_a_page_that_is_one_off_is_drawn_against_the_list(page_report: Report) -> None:
    """The strip numbers the runs by their places: 2 was due first, 1 came first."""
    svg = ET.fromstring(draw(finding_of(page_report, "page.offset-skips-runs"), page_report))  # noqa: S314 - drawn a moment ago
    assert (svg.get("aria-label") or "").startswith("due: 2, 3, 4")
    assert "came: 1, 2, 3" in (svg.get("aria-label") or "")


def test_a_finding_without_runs_has_no_picture(broken_report: Report) -> None:
    """A wrong type is described in words alone."""
    assert draw(finding_of(broken_report, "answer.fits-the-schema"), broken_report) == ""


def test_a_phone_that_is_ignored_has_a_picture_of_pages(broken_report: Report) -> None:
    """Without a bound the pages are drawn."""
    assert "cell unexpected" in draw(finding_of(broken_report, "phone.is-exact"), broken_report)


def opened(browser: Browser, file: Path, *, width: int, scheme: ColorScheme) -> tuple[Page, list[str]]:
    """Return the page that shows a file, and the list of what it asks for."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    return page, asked


@pytest.mark.parametrize("width", [360, 1000])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_readable_on_a_telephone_and_a_desk(
    browser: Browser, broken_report: Report, tmp_path: Path, *, width: int, scheme: ColorScheme
) -> None:
    """Nothing sticks out, letters are large enough and stand out from the paper, and nothing is loaded."""
    file = tmp_path / "report.html"
    file.write_text(render_html(redact(broken_report)), "utf-8")
    page, asked = opened(browser, file, width=width, scheme=scheme)
    assert asked == [file.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    article = page.locator("article", has=page.get_by_role("heading", name="before.exclusive", exact=True))
    picture = article.get_by_role("img")
    assert picture.is_visible()
    scale = page.evaluate("svg => svg.getScreenCTM().a", picture.element_handle())
    assert 12 * scale >= 9
    ink, paper = (
        sum(map(int, page.evaluate(f"getComputedStyle(document.body).{name}").strip("rgb()").split(",")))
        for name in ("color", "backgroundColor")
    )
    assert abs(ink - paper) > 400
    assert (ink < paper) == (scheme == "light")
    shot = tmp_path / f"report-{width}-{scheme}.png"
    page.screenshot(path=shot, full_page=True)
    assert shot.stat().st_size > 10_000
    page.close()
