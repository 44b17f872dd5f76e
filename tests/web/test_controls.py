"""Controls, in a real browser: a switch is thrown, and a client feels it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.web.conftest import watched_page

from seqruns_mock.embedding import MockServer
from seqruns_mock.trouble.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page


def test_the_third_request_fails_then_all_is_well(page: Page, ask: Callable[[str], int]) -> None:
    """As its button says; the page counts along."""
    page.goto("/#controls")
    page.get_by_role("button", name="The third request fails").click()
    expect(page.locator("#troubles")).to_contain_text("status 503")
    assert [ask("") for _ in range(4)] == [200, 200, 503, 200]
    expect(page.locator("#troubles")).to_contain_text("happened 1 time")
    page.get_by_role("button", name="Remove error").click()
    expect(page.locator("#troubles")).to_contain_text("No trouble")


def test_a_trouble_of_one_s_own(page: Page, ask: Callable[[str], int], server: MockServer) -> None:
    """Only the fields of its kind are asked for, and what is left empty is left out."""
    page.goto("/#controls")
    form = page.locator("#trouble-form")
    form.get_by_label("Kind").select_option("error")
    expect(form.get_by_label("Jitter")).to_be_hidden()
    form.get_by_label("Status").fill("418")
    form.get_by_label("Times").fill("1")
    form.get_by_role("button", name="Add the trouble").click()
    expect(page.locator("#troubles")).to_contain_text("status 418, times 1")
    assert [ask(""), ask("")] == [418, 200]
    form.get_by_label("Sequence id").fill("another")
    form.get_by_role("button", name="Add the trouble").click()
    expect(page.locator("#troubles li")).to_have_count(2)
    assert server.state.troubles.standing[1].trouble.options["sequence_id"] == "another"


def test_every_kind_of_trouble_is_switched_on_and_off(page: Page, server: MockServer) -> None:
    """With every one of its fields filled in."""
    values = {"seconds": "0", "jitter": "0", "status": "500", "retry_after": "1", "after": "0.5", "pieces": "2"}
    values["headers"] = "X-Reason: none"
    page.goto("/#controls")
    form = page.locator("#trouble-form")
    for kind in KINDS:
        form.get_by_label("Kind").select_option(kind)
        for name, option in KINDS[kind].options.items():
            field = form.locator(f"fieldset:not([hidden]) [name={name}]")
            if not option.choices:
                field.fill(values.get(name, "7"))
        form.get_by_role("button", name="Add the trouble").click()
        expect(page.locator("#misbehaving")).to_contain_text(f"Misbehaving: {kind}")
        [standing] = server.state.troubles.standing
        given = {name: str(standing.trouble.options[name]) for name in KINDS[kind].options}
        assert all(option.choices or given[name] for name, option in KINDS[kind].options.items())
        page.get_by_role("button", name=f"Remove {kind}").click()
        expect(page.locator("#misbehaving")).to_be_hidden()
        assert server.state.troubles.standing == []


def test_what_is_refused_is_said_beside_its_field(page: Page, server: MockServer) -> None:
    """In the mock's words where it can be asked, in the browser's where there is nothing to ask."""
    page.goto("/#controls")
    form = page.locator("#trouble-form")
    form.get_by_label("Kind").select_option("error")
    status = form.locator("[data-kind=error] [name=status]")
    status.fill("9")
    form.get_by_role("button", name="Add the trouble").click()
    expect(form.locator(".refusal")).to_have_text("'9' is not a whole number from 400 to 599.")
    expect(status).to_have_attribute("aria-invalid", "true")
    expect(status).to_be_focused()
    status.fill("500")
    form.get_by_label("Skip").press_sequentially("e")
    form.get_by_role("button", name="Add the trouble").click()
    expect(form.get_by_label("Skip")).to_have_attribute("aria-invalid", "true")
    assert server.state.troubles.standing == []
    form.get_by_label("Skip").fill("")
    form.get_by_role("button", name="Add the trouble").click()
    expect(page.locator("#troubles li strong")).to_have_text("error")
    expect(form.locator(".refusal")).to_have_count(0)
    page.get_by_label("Let the clock stand at").fill("noon")
    page.get_by_role("button", name="Let it stand").click()
    expect(page.locator("#clock-form input + .refusal")).to_contain_text("not an ISO 8601 date-time")
    page.get_by_label("Events a second").fill("")
    page.locator("#live-form").get_by_role("button", name="Set").click()
    expect(page.get_by_label("Events a second")).to_have_attribute("aria-invalid", "true")


def test_every_tab_says_what_is_amiss_on_purpose(page: Page, server: MockServer, ask: Callable[[str], int]) -> None:
    """For as long as it is: a trouble that is used up is none any more."""
    page.goto("/")
    banner = page.locator("#misbehaving")
    expect(page.locator("#timeline figcaption")).to_contain_text("137")
    expect(banner).to_be_hidden()
    server.trouble("error", status=503, times=1)
    server.state.put_faults(["exclusive-before"])
    server.state.limiter.per_second = 1000
    for tab in ("Explore", "Requests", "Reference", "Controls"):
        page.get_by_role("tab", name=tab).click()
        expect(banner).to_contain_text(
            "Misbehaving: error (status 503, times 1); fault exclusive-before; no more than 1000 requests a second."
        )
    assert ask("") == 503
    expect(page.locator("#troubles")).to_contain_text("happened 1 time, used up")
    expect(banner).not_to_contain_text("503")
    server.reset()
    expect(banner).to_be_hidden()


def test_faults_are_found_by_words(page: Page) -> None:
    """By all that are given, in any order; where there is none it says so."""
    page.goto("/#controls")
    page.get_by_text("Choose faults").click()
    page.locator("#fault-search").fill("before exclusive")
    expect(page.locator("#faults li:visible").first).to_contain_text("exclusive-before")
    page.locator("#fault-search").fill("before xyzzy")
    expect(page.locator("#faults-found")).to_have_text("No fault has these words.")
    expect(page.locator("#faults li:visible")).to_have_count(0)


def test_a_fault_is_switched_on_and_off(page: Page, server: MockServer) -> None:
    """It is found by a word, its effect is seen in Explore, and honesty is one button away."""
    newest = server.runs[0]["created_at"]
    page.goto(f"/?sequence_id={server.sequence_id}&before={newest}#controls")
    page.get_by_text("Choose faults").click()
    page.locator("#fault-search").fill("exclusive-before")
    page.locator("#faults li:visible").get_by_role("checkbox").first.check()
    expect(page.locator("#active-faults")).to_contain_text("On: ")
    assert server.state.faults != ()
    page.get_by_role("tab", name="Explore").click()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#outcome")).to_contain_text("136 runs match")
    page.get_by_role("tab", name="Controls").click()
    page.get_by_role("button", name="Be honest again").click()
    expect(page.locator("#active-faults")).to_contain_text("None is on")
    assert server.state.faults == ()


def test_a_run_is_added(page: Page, server: MockServer) -> None:
    """With what was given, the rest made up; the page counts it, and a bad one is refused in words."""
    page.goto("/#controls")
    form = page.locator("#run-form")
    form.get_by_label("Status").select_option("finished")
    form.get_by_label("Phone").fill("+13605550177")
    form.get_by_role("button", name="Add a run").click()
    expect(page.locator("#sequences")).to_contain_text("138 runs")
    assert [run["status"] for run in server.runs if run["contact"]["phone"] == "+13605550177"] == ["finished"]
    form.get_by_label("Started").fill("yesterday")
    form.get_by_role("button", name="Add a run").click()
    expect(form.get_by_label("Started")).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_label("Started")).to_be_focused()
    expect(form.locator("input[name=created_at] + .refusal")).to_contain_text("yesterday")
    expect(page.locator("#sequences")).to_contain_text("138 runs")


def test_the_clock_stands_moves_and_runs(page: Page, server: MockServer) -> None:
    """It can be moved only where it stands."""
    page.goto("/#controls")
    expect(page.get_by_role("button", name="+ 1 hour")).to_be_disabled()
    page.get_by_label("Let the clock stand at").fill("2024-06-15T00:00:00Z")
    page.get_by_role("button", name="Let it stand").click()
    expect(page.locator("#clock")).to_have_text("It is 2024-06-15T00:00:00.000000Z; the clock stands.")
    page.get_by_role("button", name="+ 1 hour").click()
    expect(page.locator("#clock")).to_contain_text("2024-06-15T01:00:00.000000Z")
    page.get_by_role("button", name="Let it run").click()
    expect(page.locator("#clock")).to_contain_text("the clock runs")
    assert server.state.clock.fixed is None


def test_live_mode_and_the_rate_limit_are_set(page: Page, server: MockServer, ask: Callable[[str], int]) -> None:
    """Runs begin to happen; a key that asks too often is told so."""
    page.goto("/#controls")
    page.get_by_label("Events a second").fill("50")
    page.locator("#live-form").get_by_role("button", name="Set").click()
    expect(page.locator("#sequences")).not_to_contain_text("137 runs")
    page.get_by_label("Events a second").fill("0")
    page.locator("#live-form").get_by_role("button", name="Set").click()
    page.get_by_label("Requests a second for each key").fill("1")
    page.locator("#limit-form").get_by_role("button", name="Set").click()
    expect(page.locator("#toasts")).to_contain_text("Set.")
    page.wait_for_function("async () => (await (await fetch('/__mock__/rate-limit')).json()).per_second === 1")
    assert 429 in [ask("") for _ in range(5)]
    page.get_by_role("button", name="25, as documented").click()
    expect(page.get_by_label("Requests a second for each key")).to_have_value("25")
    assert server.state.limiter.per_second == 25


def test_reset_puts_everything_back(page: Page, server: MockServer) -> None:
    """Whatever was switched, by whomever."""
    server.trouble("delay:seconds=0")
    server.add(phone="+13605550199")
    page.goto("/#controls")
    expect(page.locator("#tab-controls .count")).to_have_text(" 1")
    page.get_by_role("button", name="Reset the mock").click()
    expect(page.locator("#troubles")).to_contain_text("No trouble")
    expect(page.locator("#sequences")).to_contain_text("137 runs")
    assert server.state.troubles.standing == []


def test_a_dialect_shows_what_it_does_otherwise_and_folds_the_rest(browser: Browser) -> None:
    """The value stands out from what it is about; the contract's own choices are one click away."""
    dialect = {"order.first": "oldest", "page.limit_zero": 422, "status.unknown": 422}
    with MockServer(dialect=dialect) as server, watched_page(browser, server.root_url) as page:
        page.goto("/#controls")
        shown = page.locator("#dialect li")
        expect(shown).to_have_count(1)
        expect(shown.locator("strong")).to_have_text("the earliest start")
        more = page.locator("#dialect-more")
        expect(more.locator("summary")).to_have_text("2 more as the contract chooses, too")
        more.locator("summary").click()
        expect(more.locator("li").first).to_be_visible()
        page.get_by_role("button", name="Answer as the contract chooses").click()
        expect(shown).to_have_text("None: what the contract leaves open is as it chooses.")
        expect(more).to_be_hidden()
