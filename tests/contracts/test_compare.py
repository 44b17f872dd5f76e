"""Comparing two targets: the same queries to both, and in what they differ."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from seqruns.command import main
from seqruns_contracts.compare import comparing
from seqruns_contracts.compare.comparing import compare_targets
from seqruns_contracts.compare.results import redact
from seqruns_contracts.model.exchange import Ask
from seqruns_contracts.model.query import Query
from seqruns_contracts.wsgi import wsgi_target
from seqruns_mock.embedding import MockServer

if TYPE_CHECKING:
    from pathlib import Path

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
        Query.of(before="2016-12-31T23:59:60Z"),
        Query.of(phone=PHONE),
    ]
    monkeypatch.setattr(comparing, "asks_for", lambda _view: [Ask(query=query) for query in queries])


def test_two_that_are_alike_answer_the_same() -> None:
    """Nothing in the kit's whole plan, lawful and unlawful, tells them apart; not the key, either."""
    comparison = compare(MockServer(runs=30, key="another"))
    assert (comparison.contrasts, comparison.data, comparison.exit_code) == ((), (), 0)
    assert comparison.asked > 150


@pytest.mark.usefixtures("few")
def test_a_difference_is_explained_by_its_dimension() -> None:
    """With what each of them does, and in how many queries it showed."""
    comparison = compare(
        MockServer(runs=30, dialect={"order.first": "oldest", "time.leap_second": 400, "page.limit_zero": "empty"})
    )
    assert comparison.exit_code == 1
    assert {contrast.dimension: contrast.answers for contrast in comparison.contrasts} == {
        "order.first": ("the latest start", "the earliest start"),
        "page.limit_zero": ("refused with status 422", "gives a page without runs, and the total"),
        "time.leap_second": ("refused with status 422", "refused with status 400"),
    }
    assert (comparison.asked, comparison.differing) == (3, 2)


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
    report = tmp_path / "report.json"
    with (
        MockServer(runs=30) as first,
        MockServer(runs=30, key="secret-of-b", dialect={"page.limit_zero": 400}) as second,
    ):
        line = [first.url, second.url, "--sequence-id", first.sequence_id, "--key-a", "KEY_OF_A", "--key-b", "KEY_OF_B"]
        result = CliRunner().invoke(main, ["compare", *line, "--rate", "0", "--report-json", str(report)])
    assert result.exit_code == 1, result.output
    assert "page.limit_zero  A limit of 0" in result.output
    assert "$KEY_OF_B" in result.output
    assert "secret-of-b" not in result.output + report.read_text("utf-8")
    written = json.loads(report.read_text("utf-8"))
    assert [(each["dimension"], each["a"], each["b"]) for each in written["differences"]] == [
        ("page.limit_zero", "refused with status 422", "refused with status 400")
    ]


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
