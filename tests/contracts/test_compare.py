"""Comparing two targets: the same queries to both, and in what they differ."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from tests.contracts.reports.test_page import Structure

from seqruns.command import main
from seqruns_contracts.compare import comparing
from seqruns_contracts.compare.comparing import compare_targets
from seqruns_contracts.compare.files import render_html, render_junit
from seqruns_contracts.compare.report import describe_contrast, summarize
from seqruns_contracts.compare.results import ComparisonInterruptedError, redact
from seqruns_contracts.model.exchange import Ask
from seqruns_contracts.model.query import Query
from seqruns_contracts.wsgi import wsgi_target
from seqruns_mock.embedding import MockServer

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from seqruns_contracts.compare.results import Comparison

PLAIN = MockServer(runs=30)
PHONE = PLAIN.runs[0]["contact"]["phone"]


def compare(other: MockServer, **options: Any) -> Comparison:
    """Return the comparison of a plain mock with another one."""
    first, second = (wsgi_target(mock.app, key=mock.key, **options) for mock in (PLAIN, other))
    return compare_targets(first, second, PLAIN.sequence_id)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask little beside what shows the dimensions."""
    queries = [
        Query.of(limit=3, offset=2, status="active"),
        Query.of(phone="  "),
        Query.of(phone=PHONE),
    ]
    monkeypatch.setattr(comparing, "asks_for", lambda _view: [Ask(query=query) for query in queries])


def test_two_that_are_alike_answer_the_same() -> None:
    """Nothing in the kit's whole plan, lawful and unlawful, tells them apart; not the key, either."""
    comparison = compare(MockServer(runs=30, key="another"))
    assert (comparison.contrasts, comparison.data, comparison.exit_code) == ((), (), 0)
    assert comparison.asked > 150


@pytest.mark.usefixtures("few")
def test_a_command_names_the_key_of_the_server_that_it_asks() -> None:
    """Also where the key is a part of a token, which is made of another key at each of them."""
    servers = (PLAIN, MockServer(runs=30, key="another", dialect={"access.bearer": "refused"}))
    first, second = (wsgi_target(mock.app, key=mock.key) for mock in servers)
    comparison = compare_targets(first, second, PLAIN.sequence_id, variables=("ONE", "OTHER"))
    (contrast,) = comparison.contrasts
    assert contrast.dimension == "access.bearer"
    for curl, variable in zip(contrast.curls, ("ONE", "OTHER"), strict=True):
        assert f'-H "Authorization: Bearer ${{{variable}}}"' in curl


@pytest.mark.usefixtures("few")
def test_a_difference_is_explained_by_its_dimension() -> None:
    """With what each of them does, and in how many queries it showed."""
    comparison = compare(
        MockServer(runs=30, dialect={"order.first": "oldest", "phone.blank": 400, "page.limit_zero": "empty"})
    )
    assert comparison.exit_code == 1
    assert {contrast.dimension: contrast.answers for contrast in comparison.contrasts} == {
        "order.first": ("the latest start", "the earliest start"),
        "page.limit_zero": ("refused with status 422", "gives a page without runs, and the total"),
        "phone.blank": ("counts as absent", "refused with status 400"),
    }
    assert (comparison.asked, comparison.differing) == (3, 2)


@pytest.mark.usefixtures("few")
def test_differences_that_go_together_are_described_once() -> None:
    """Three dimensions of one server that answers 400 are one entry, which names the other two."""
    values = dict.fromkeys(("time.invalid", "time.words", "channel.malformed"), 400)
    comparison = compare(MockServer(runs=30, dialect=values))
    (told,) = comparison.told
    assert told.dimension == "time.invalid"
    assert {"time.words", "channel.malformed"} < {*comparison.likewise["time.invalid"]}
    assert describe_contrast(told, comparison).count("refused with status 400") == 1
    assert "likewise  " in describe_contrast(told, comparison)


@pytest.mark.usefixtures("few")
def test_what_no_dimension_explains_is_shown_by_the_shortest_query() -> None:
    """A fault is no dialect: of the three parameters one shows it."""
    comparison = compare(MockServer(runs=30, fault="offset-counts-from-one"))
    assert [contrast.query for contrast in comparison.unexplained] == [Query.of(offset=2)]
    assert "only here" in comparison.unexplained[0].answers[1]


@pytest.mark.usefixtures("few")
def test_runs_that_differ_are_said_once() -> None:
    """Pages that are right by the runs of their own server are no differences."""
    other = MockServer(runs=30)
    other.runs = other.runs[1:]
    comparison = compare(other)
    assert comparison.data[0] == "A has 30 runs, B has 29"
    assert "1 runs only at A" in comparison.data[1]
    assert (comparison.differing, comparison.exit_code) == (0, 1)


@pytest.mark.usefixtures("few")
def test_the_sequence_may_have_another_name_at_the_second() -> None:
    """As in a twin with anonymised runs: those are others, and nothing else is."""
    first, second = MockServer(sequences={"welcome": 30}), MockServer(sequences={"farewell": 30}, seed=5)
    targets = [wsgi_target(server.app, key=server.key) for server in (first, second)]
    comparison = compare_targets(targets[0], targets[1], "welcome", sequence_id_b="farewell")
    assert comparison.sequence_ids == ("welcome", "farewell")
    assert comparison.data
    assert not comparison.contrasts


def test_a_budget_that_is_spent_says_so() -> None:
    """Nothing is said of what was not asked."""
    comparison = compare(MockServer(runs=30), max_requests=20)
    assert (comparison.is_cut_short, comparison.exit_code) == (True, 2)


@pytest.mark.usefixtures("few")
def test_nobody_s_number_is_in_a_redacted_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    """In no words and in no command."""
    monkeypatch.setattr(comparing, "asks_for", lambda _view: [Ask(query=Query.of(phone=PHONE))])
    comparison = compare(MockServer(runs=30, fault="phone-ignored"))
    assert str(PHONE)[1:] in repr(comparison.contrasts)
    assert str(PHONE)[1:] not in repr(redact(comparison))


@pytest.mark.usefixtures("few")
def test_the_command_compares_two_servers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keys come from variables that are named; the report is printed and written; no key is in either."""
    monkeypatch.setenv("KEY_OF_A", PLAIN.key)
    monkeypatch.setenv("KEY_OF_B", "secret-of-b")
    files = {option: tmp_path / option for option in ("report-json", "junit-xml", "report-html")}
    with (
        MockServer(runs=30) as first,
        MockServer(runs=30, key="secret-of-b", dialect={"page.limit_zero": 400}) as second,
    ):
        line = [first.url, second.url, "--sequence-id", first.sequence_id, "--key-a", "KEY_OF_A", "--key-b", "KEY_OF_B"]
        line += [part for option, file in files.items() for part in (f"--{option}", str(file))]
        result = CliRunner().invoke(main, ["compare", *line, "--rate", "0"])
    assert result.exit_code == 1, result.output
    assert "page.limit_zero  A limit of 0" in result.output
    assert "$KEY_OF_B" in result.output
    texts = {option: file.read_text("utf-8") for option, file in files.items()}
    assert "secret-of-b" not in "".join([result.output, *texts.values()])
    assert "<code>page.limit_zero</code>" not in texts["report-html"]
    assert '<article class="" id="page.limit_zero">' in texts["report-html"]
    cases = {case.get("name"): case for case in ET.fromstring(texts["junit-xml"]).iter("testcase")}  # noqa: S314 - ours
    assert {name for name, case in cases.items() if case.find("failure") is not None} == {"page.limit_zero"}
    assert cases["runs.are-the-same"].find("skipped") is None
    written = json.loads(texts["report-json"])
    assert [(each["dimension"], each["a"], each["b"]) for each in written["differences"]] == [
        ("page.limit_zero", "refused with status 422", "refused with status 400")
    ]


@pytest.mark.usefixtures("few")
def test_the_key_of_each_may_come_from_a_command() -> None:
    """As for tokens that expire."""
    with MockServer(runs=30) as first, MockServer(runs=30, key="secret-of-b") as second:
        line = [first.url, second.url, "--sequence-id", first.sequence_id, "--rate", "0", "-q"]
        line += ["--key-command-a", f"echo {first.key}", "--key-command-b", "echo secret-of-b"]
        result = CliRunner().invoke(main, ["compare", *line])
    assert (result.exit_code, "The two answer the same: they are alike in" in result.output) == (0, True), result.output


def test_an_interrupted_comparison_says_what_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dimensions in which they differ are known by then, and progress was told of both parts."""
    told: list[tuple[int, int]] = []

    def interrupt(_view: object) -> list[Ask]:
        raise KeyboardInterrupt

    monkeypatch.setattr(comparing, "asks_for", interrupt)
    other = MockServer(runs=30, dialect={"page.limit_zero": 400})
    first, second = (wsgi_target(mock.app, key=mock.key) for mock in (PLAIN, other))
    with pytest.raises(ComparisonInterruptedError) as caught:
        compare_targets(first, second, PLAIN.sequence_id, progress=lambda done, total: told.append((done, total)))
    comparison = caught.value.comparison
    assert [contrast.dimension for contrast in comparison.explained] == ["page.limit_zero"]
    assert summarize(comparison)[0] == "The comparison was stopped"
    assert "stopped" in render_junit(comparison)
    assert told[-1][0] == told[-1][1] - 1


def test_the_page_shows_what_a_server_says_as_text(broken_comparison: Comparison) -> None:
    """Every element is closed, nothing is loaded, and no text of a target becomes markup."""
    contrast = replace(broken_comparison.contrasts[0], answers=("<script>alert(1)</script>", "B"))
    text = render_html(replace(broken_comparison, contrasts=(contrast,), data=("<b>",)))
    structure = Structure()
    structure.feed(text)
    assert (structure.open, [address for address in structure.addresses if not address.startswith("#")]) == ([], [])
    assert "<script" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize("width", [360, 1000])
def test_the_page_is_readable_on_a_telephone_and_a_desk(
    browser: Browser, broken_comparison: Comparison, tmp_path: Path, width: int
) -> None:
    """In a real browser nothing sticks out, and what differs is to be seen with its commands."""
    file = tmp_path / "comparison.html"
    file.write_text(render_html(broken_comparison), "utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    article = page.locator("article", has=page.get_by_role("heading", name="page.limit_zero"))
    assert "refused with status 400" in article.inner_text()
    assert article.locator("pre").count() == 2
    page.close()


@pytest.fixture(scope="module")
def broken_comparison() -> Comparison:
    """Return a comparison of two that differ in a dimension, and in what none explains."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparing, "asks_for", lambda _view: [Ask(query=Query.of(offset=2))])
        return compare(MockServer(runs=30, fault="offset-counts-from-one", dialect={"page.limit_zero": 400}))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--key-a", "NO_SUCH_VARIABLE"], "names a variable that is not set"),
        ([], "cannot be reached|refused|nothing listens|no answer"),
    ],
)
def test_what_cannot_be_compared_is_a_2(options: list[str], words: str) -> None:
    """With the way out in words."""
    line = ["compare", "http://127.0.0.1:9/v1", "http://127.0.0.1:9/v1", "--sequence-id", "s", *options]
    result = CliRunner().invoke(main, line)
    assert result.exit_code == 2
    assert any(word in result.output for word in words.split("|")), result.output


@pytest.mark.usefixtures("few")
def test_without_runs_there_is_nothing_to_compare_on() -> None:
    """Exit code 3."""
    mock = MockServer(runs=0)
    first, second = (wsgi_target(mock.app, key=mock.key) for _ in range(2))
    assert compare_targets(first, second, mock.sequence_id).exit_code == 3
