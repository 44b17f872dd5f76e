"""Explore, in a real browser."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.serving import served
from tests.web.conftest import filter_field, watched_page

from seqruns_mock.embedding import MockServer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from playwright.sync_api import Browser, Page

ROWS = "#runs tbody tr:not(.details)"


def test_opening_the_page_asks_nothing_of_the_endpoint(page: Page, server: MockServer) -> None:
    """Else it would be in the journal of a test, and use up a trouble that waits for a client."""
    page.goto("/")
    expect(page.locator("#timeline figcaption")).to_have_text("137 of 137 runs match, whatever the page")
    assert server.requests == []


def test_the_first_look_has_runs_in_it(page: Page, server: MockServer) -> None:
    """They are shown, and the endpoint is not asked: nothing is in the journal, and the page says so."""
    page.goto("/")
    expect(page.locator(ROWS)).to_have_count(50)
    expect(page.locator("#outcome")).to_contain_text("Nothing was sent yet")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#range")).to_contain_text("51 to 100 of 137")
    assert [request.query_string for request in server.requests] == ["offset=50"]


def test_a_trouble_is_left_to_the_client(page: Page, server: MockServer) -> None:
    """While the mock misbehaves the page shows nothing that it would not answer."""
    server.trouble("error", times=1)
    page.goto("/")
    expect(page.locator("#tab-controls .count")).to_have_text(" 1")
    expect(page.locator(ROWS)).to_have_count(0)
    assert server.requests == []


def test_the_page_may_be_behind_a_prefix(browser: Browser) -> None:
    """A proxy takes it off the path: style, script, runs and reference are found all the same."""
    mock = MockServer(runs=7)

    def proxy(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        assert environ["PATH_INFO"].startswith("/my/mock/")
        return mock.app({**environ, "PATH_INFO": environ["PATH_INFO"].removeprefix("/my/mock")}, start_response)

    with served(proxy) as base_url:
        root = base_url.removesuffix("/v1") + "/my/mock"
        with watched_page(browser, root) as page:
            page.goto(f"{root}/")
            expect(page.locator(ROWS)).to_have_count(7)
            page.get_by_role("button", name="Send").click()
            expect(page.locator("#outcome")).to_contain_text("7 runs match")
            assert (page.locator("#address").text_content() or "").startswith(f"{root}/v1/sequences/")
            page.get_by_role("tab", name="Reference").click()
            expect(page.locator("#swagger .opblock")).to_have_count(1)
            expect(page.locator("#swagger .servers")).to_contain_text(f"{root}/v1")
    assert [request.status for request in mock.requests] == [200]


def test_the_form_asks_what_it_says(page: Page, server: MockServer) -> None:
    """Filled in, it shows the runs that match, and sends the URL that it shows."""
    wanted = [run for run in server.runs if run["status"] == "finished" and run["contact"]["phone"] == "+13603094336"]
    page.goto("/")
    filter_field(page, "status").select_option("finished")
    filter_field(page, "phone").fill("+13603094336")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#outcome")).to_contain_text(f"{len(wanted)} runs match")
    expect(page.locator(ROWS)).to_have_count(len(wanted))
    assert page.locator("#address").text_content() == f"{server.runs_url}?phone=%2B13603094336&status=finished"
    assert server.requests[-1].query_string == "phone=%2B13603094336&status=finished"
    assert page.locator("#runs .time").all_text_contents() == [
        run["created_at"].replace("T", " ").removesuffix("Z") for run in wanted
    ]


def test_the_answer_as_json_is_the_answer(page: Page, server: MockServer) -> None:
    """It is shown whole, and only laid out for reading."""
    page.goto(f"/?sequence_id={server.sequence_id}&limit=3&offset=1")
    page.get_by_text("JSON", exact=True).click()
    assert json.loads(page.locator("#json").text_content() or "") == {"data": server.runs[1:4], "total": 137}


def test_the_address_of_the_page_holds_its_state(page: Page, server: MockServer) -> None:
    """Opened anew, it has the same fields and the same rows."""
    page.goto("/")
    filter_field(page, "channel_id").select_option(index=2)
    page.locator("#zone").select_option("Pacific/Chatham")
    page.get_by_label("Started at or after: date and time").fill("2024-01-01T00:00:00")
    filter_field(page, "limit").fill("7")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(ROWS)).to_have_count(7)
    before = [page.locator("#address").text_content(), page.locator("#runs").text_content()]
    assert "after=2024-01-01T00:00:00%2B13:45" in (before[0] or "")
    page.reload()
    expect(page.locator(ROWS)).to_have_count(7)
    assert [page.locator("#address").text_content(), page.locator("#runs").text_content()] == before
    assert len(server.requests) == 2


def test_the_address_follows_every_change(page: Page, server: MockServer) -> None:
    """Before anything is sent, over a change of tab and a reload, which sends nothing either; empty is absent."""
    page.goto("/")
    filter_field(page, "status").select_option("active")
    filter_field(page, "phone").fill("+1 360")
    filter_field(page, "phone").fill("")
    filter_field(page, "limit").fill("3")
    page.locator("#request-trouble").fill("delay:seconds=0")
    # Each change draws the time line anew, which may move what is below it: a click in that moment would miss.
    active = sum(run["status"] == "active" for run in server.runs)
    expect(page.locator("#timeline figcaption")).to_contain_text(f"{active} of 137 runs match")
    page.get_by_text("Code", exact=True).click()
    page.locator("#language").select_option("go")
    wanted = (
        f"?sequence_id={server.sequence_id}&limit=3&status=active&view=code&language=go&trouble=delay%3Aseconds%3D0"
    )
    assert page.evaluate("location.search") == wanted
    page.get_by_role("tab", name="Controls").click()
    page.get_by_role("link", name="Skip to the content").press("Enter")
    expect(page.locator("main")).to_be_focused()
    expect(page).to_have_url(re.compile(r"&trouble=delay%3Aseconds%3D0#controls$"))
    page.reload()
    expect(page.get_by_role("tab", name="Controls")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Explore").click()
    expect(filter_field(page, "limit")).to_have_value("3")
    expect(page.locator("#language")).to_have_value("go")
    assert page.evaluate("location.search") == wanted
    assert server.requests == []
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#outcome")).to_contain_text("53 runs match")
    assert server.requests[0].query_string == "limit=3&status=active"


def test_back_and_forward_walk_through_what_was_sent(page: Page, server: MockServer) -> None:
    """Fields and answer; a question that was only begun is there too, and is not asked."""
    page.goto("/")
    for limit in ("3", "5"):
        filter_field(page, "limit").fill(limit)
        page.get_by_role("button", name="Send").click()
        expect(page.locator(ROWS)).to_have_count(int(limit))
    page.get_by_role("tab", name="Requests").click()
    page.get_by_role("tab", name="Explore").click()
    filter_field(page, "status").select_option("active")
    filter_field(page, "limit").fill("77")
    page.go_back()
    expect(page.locator(ROWS)).to_have_count(5)
    expect(filter_field(page, "status")).to_have_value("")
    page.go_back()
    expect(page.locator(ROWS)).to_have_count(3)
    expect(filter_field(page, "limit")).to_have_value("3")
    page.go_forward()
    expect(page.locator(ROWS)).to_have_count(5)
    count = len(server.requests)
    page.go_forward()
    expect(filter_field(page, "limit")).to_have_value("77")
    expect(filter_field(page, "status")).to_have_value("active")
    expect(page.locator("#stale")).to_be_visible()
    assert len(server.requests) == count


@pytest.mark.parametrize(
    ("zone", "wall", "sent"),
    [
        ("UTC", "2024-03-01T10:00:00", "2024-03-01T10:00:00Z"),
        ("Europe/Berlin", "2024-03-01T10:00:00", "2024-03-01T10:00:00+01:00"),
        ("Europe/Berlin", "2024-07-01T10:00:30", "2024-07-01T10:00:30+02:00"),
        ("America/New_York", "2024-03-10T02:30:00", "2024-03-10T02:30:00-05:00"),
        ("America/New_York", "2024-11-03T01:30:00", "2024-11-03T01:30:00-04:00"),
        ("America/New_York", "2024-11-03T03:00:00", "2024-11-03T03:00:00-05:00"),
        ("Asia/Kathmandu", "2024-03-01T10:00:00", "2024-03-01T10:00:00+05:45"),
        ("Europe/Berlin", "1890-01-01T00:00:00", "1889-12-31T23:06:32Z"),
    ],
)
def test_a_picked_time_is_that_of_the_zone(page: Page, zone: str, wall: str, sent: str) -> None:
    """In winter and summer, in the hour that is left out and the one that comes twice, and before zones had hours."""
    page.goto("/")
    text = page.evaluate(
        "async ([wall, zone]) => (await import('/__mock__/page/static/zones.js')).instantText(wall, zone)", [wall, zone]
    )
    assert text == sent


def test_a_typed_time_moves_the_picker_and_a_wrong_one_is_sent_all_the_same(page: Page) -> None:
    """A mock is there to be asked wrongly, too."""
    page.goto("/")
    picker = page.get_by_label("Started at or before: date and time")
    sent = filter_field(page, "before")
    sent.fill("2024-03-01T10:00:00.25+02:00")
    expect(picker).to_have_value("2024-03-01T08:00")
    page.locator("#zone").select_option("Europe/Berlin")
    expect(picker).to_have_value("2024-03-01T09:00")
    sent.fill("yesterday")
    expect(picker).to_have_value("")
    filter_field(page, "limit").fill("0")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#outcome")).to_contain_text("422")
    expect(page.locator("#hints li")).to_have_count(2)
    expect(page.locator("#hints")).to_contain_text("before: 'yesterday'")


def test_an_empty_answer_says_why(page: Page, server: MockServer) -> None:
    """The mock's hint is shown with it."""
    page.goto(f"/?sequence_id={server.sequence_id}&before=2024-01-01T00:00:00Z&after=2024-02-01T00:00:00Z")
    expect(page.locator("#outcome")).to_contain_text("0 runs match")
    expect(page.locator("#hints")).to_contain_text("before is earlier than after")
    expect(page.locator("#runs tbody")).to_contain_text("No runs to show.")


def test_each_hint_is_an_item_of_its_own(page: Page, server: MockServer) -> None:
    """The browser hands them on as one text."""
    page.goto(f"/?sequence_id={server.sequence_id}&phone=%201999")
    expect(page.locator("#hints li")).to_have_text(
        ["phone begins with a space: a + in a query string is a space, so write it as %2B.", "no run has this phone."]
    )


def test_pages_are_turned(page: Page, server: MockServer) -> None:
    """The buttons lead forward to the last page and back."""
    page.goto(f"/?sequence_id={server.sequence_id}&limit=60")
    expect(page.locator("#range")).to_have_text("1 to 60 of 137")
    expect(page.get_by_role("button", name="Previous")).to_be_disabled()
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#range")).to_have_text("61 to 120 of 137")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#range")).to_have_text("121 to 137 of 137")
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    page.get_by_role("button", name="Previous").click()
    expect(page.locator("#range")).to_have_text("61 to 120 of 137")


def test_a_run_opens_and_narrows_the_filters(page: Page, server: MockServer) -> None:
    """By the keyboard: its whole contents, then exactly the runs that start when it does."""
    page.goto(f"/?sequence_id={server.sequence_id}")
    page.locator("#runs .open").nth(3).press("Enter")
    run = server.runs[3]
    assert json.loads(page.locator("#runs .details pre").first.text_content() or "") == run
    page.get_by_role("button", name="Only this start").click()
    same = [other for other in server.runs if other["created_at"] == run["created_at"]]
    expect(page.locator(ROWS)).to_have_count(len(same))


def test_the_time_line_shows_the_window_and_sets_it(page: Page, server: MockServer) -> None:
    """A drag over it becomes after and before, and what it counts is what is found."""
    page.goto(f"/?sequence_id={server.sequence_id}&after=2024-01-01T00:00:00Z")
    expect(page.locator("#timeline .window")).to_have_count(1)
    expect(page.locator("#timeline .bound")).to_have_count(1)
    expect(page.locator("#timeline .run")).to_have_count(50)
    box = page.locator("#timeline svg").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 30)
    page.mouse.up()
    expect(page.locator("#timeline .bound")).to_have_count(2)
    expect(page.locator("#outcome")).not_to_contain_text("107")
    total = (page.locator("#outcome strong").text_content() or "").split(" ")[0]
    assert 0 < int(total) < 137
    expect(page.locator("#timeline figcaption")).to_have_text(f"{total} of 137 runs match, whatever the page")


@pytest.mark.parametrize(
    ("query", "bounds"),
    [
        ("&before=2024-01-01T00:00:00Z", 1),
        ("&after=2024-01-01T00:00:00Z", 1),
        ("&after=2024-01-01T00:00:00Z&before=2024-02-01T00:00:00Z", 2),
        ("&before=2099-01-01T00:00:00Z", 0),
    ],
)
def test_the_window_is_drawn_from_after_to_before(page: Page, server: MockServer, query: str, bounds: int) -> None:
    """To the end of the picture where one is open; an end out of sight has no line."""
    page.goto(f"/?sequence_id={server.sequence_id}{query}")
    expect(page.locator("#timeline .bound")).to_have_count(bounds)
    window = page.locator("#timeline .window")
    left, width = (float(window.get_attribute(name) or "nan") for name in ("x", "width"))
    whole = page.locator("#timeline svg").evaluate("(svg) => svg.clientWidth")
    assert (left > 0) == ("after" in query)
    assert (left + width < whole) == ("before=2024" in query)


def test_a_run_on_the_time_line_is_named(page: Page, server: MockServer) -> None:
    """By the pointer and by the keys, with its time and id."""
    page.goto(f"/?sequence_id={server.sequence_id}&limit=9")
    expect(page.locator("#timeline .run")).to_have_count(9)
    name = page.locator("#timeline-run")
    page.locator("#timeline svg").focus()
    oldest = min(server.runs[:9], key=lambda run: run["created_at"])
    expect(name).to_contain_text(oldest["created_at"].replace("T", " ").removesuffix("Z"))
    page.keyboard.press("End")
    expect(name).to_contain_text(server.runs[0]["id"])
    page.keyboard.press("Escape")
    expect(name).to_be_empty()
    box, mark = page.locator("#timeline svg").bounding_box(), page.locator("#timeline .run").first.bounding_box()
    assert box is not None
    assert mark is not None
    page.mouse.move(mark["x"] + 2, box["y"] + 20)
    expect(name).to_contain_text(server.runs[0]["id"])
    page.mouse.move(box["x"] + 5, box["y"] - 60)
    expect(name).to_be_empty()


def test_no_run_is_said_in_words(page: Page, server: MockServer) -> None:
    """Where no run matches, words say so, not an empty picture."""
    empty = next(id_ for id_, store in server.state.sequences.stores.items() if not len(store))
    page.goto(f"/?sequence_id={empty}")
    expect(page.locator("#timeline figcaption")).to_have_text("This sequence has no runs.")
    expect(page.locator("#timeline svg")).to_be_hidden()


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("error:status=503", "503"),
        ("drop", "The connection was closed before anything was answered."),
        ("cut", "The connection was closed in the middle of the body."),
        ("truncated-json", "The body is not JSON"),
        ("nonsense", "422"),
    ],
)
def test_a_trouble_for_one_request_is_seen_for_what_it_is(page: Page, trouble: str, words: str) -> None:
    """Also where nothing comes, or no JSON."""
    page.goto("/")
    page.locator("#request-trouble").fill(trouble)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#outcome")).to_contain_text(words)
    page.locator("#request-trouble").fill("")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#outcome")).to_contain_text("137 runs match")


def test_whatever_is_shown_is_shown_as_text(page: Page, server: MockServer) -> None:
    """Markup in a filter, in a contact's name and in an error stays markup, in every tab."""
    evil = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
    server.add(name=evil, phone="+13605550100", created_at="2030-01-01T00:00:00Z")
    page.goto("/")
    for name, value in (("phone", evil), ("status", ""), ("phone", "+13605550100"), ("before", evil)):
        filter_field(page, name).evaluate("(input, value) => { input.value = value; }", value)
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#outcome")).not_to_have_attribute("aria-busy", "true")
        if value == "+13605550100":
            expect(page.locator(ROWS)).to_contain_text(evil)
    expect(page.locator("#hints")).to_contain_text("<img src=x onerror=")
    page.get_by_role("tab", name="Requests").click()
    expect(page.locator("#journal tbody tr").first).to_contain_text("422")
    page.locator("#journal tbody tr").first.click()
    expect(page.locator("#request")).to_contain_text("<script>alert(2)</script>")
    assert page.locator("main img, main script").count() == 0


def test_what_the_form_shows_grows_old_when_it_is_changed(page: Page, server: MockServer) -> None:
    """The page says so until the new question is sent; clearing puts every filter back."""
    page.goto(f"/?sequence_id={server.sequence_id}&status=active")
    expect(page.locator("#outcome")).to_contain_text("200")
    filter_field(page, "limit").fill("5")
    expect(page.locator("#stale")).to_be_visible()
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.locator("#address")).to_have_text(server.runs_url)


def test_the_tabs_are_walked_by_the_keyboard(page: Page) -> None:
    """With the arrows, as the pattern for tabs has it, and the address remembers."""
    page.goto("/")
    page.get_by_role("tab", name="Explore").focus()
    for name in ("Requests", "Reference", "Controls", "Explore", "Requests"):
        page.keyboard.press("ArrowRight")
        tab = page.get_by_role("tab", name=name)
        expect(tab).to_be_focused()
        expect(tab).to_have_attribute("aria-selected", "true")
        expect(page.get_by_role("tabpanel")).to_have_count(1)
    page.reload()
    expect(page.get_by_role("tab", name="Requests")).to_have_attribute("aria-selected", "true")
