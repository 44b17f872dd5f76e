"""Learning a target's dialect, and holding a target to one: with the lawful variants of the gallery, in process."""

from __future__ import annotations

from functools import cache
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from tests.contracts.faulty import KEY

from seqruns.dialect import Certainty, Dialect, dimensions
from seqruns.dialect_file import parse_dialect, render_dialect
from seqruns.target import BudgetSpentError
from seqruns_contracts import check_target, wsgi_target
from seqruns_contracts.api import open_session
from seqruns_contracts.checks.areas.parameters import WRONG
from seqruns_contracts.checks.kinds import Grade
from seqruns_contracts.dialect.drift import READERS
from seqruns_contracts.dialect.learning import MOST_REQUESTS
from seqruns_contracts.dialect.looking import ALL, Look
from seqruns_contracts.engine import learning, runner
from seqruns_contracts.findings.results import Outcome
from seqruns_contracts.reports.github import render_annotations, render_summary
from seqruns_contracts.reports.terminal import print_report
from seqruns_gallery.catalogue import build_together
from seqruns_gallery.variants import VARIANTS
from seqruns_mock.core.sequences import default_sizes, generate_stores
from seqruns_mock.http.app import create_app
from seqruns_mock.http.dialect.speaking import create_pipeline
from seqruns_mock.http.pipeline import Mock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqruns.dialect import Value
    from seqruns_contracts import Report
    from seqruns_contracts.model.exchange import Ask
    from seqruns_contracts.model.reply import Reply

SEQUENCE, _, EMPTY_SEQUENCE = default_sizes()
CHANGES: Mapping[str, set[str]] = {
    "oldest-first": {"order.first", "order.ties"},
    "oldest-first-in-a-window": {"order.in_a_window"},
    "limit-clamped": {"page.limit_above_maximum", "page.limit_zero", "page.limit_negative"},
    "times-in-india": {"answer.zone"},
    "nulls-left-out": {"answer.nulls"},
    "no-steps-shown": {"answer.left_out"},
    "unknown-sequence-is-410": {"sequence.unknown", "sequence.malformed", "errors.content_type"},
    "key-looked-at-last": {"errors.precedence"},
    "one-error-only": {"errors.named"},
    "behind-a-firewall": {"parameters.quotes", "parameters.nul"},
    "first-of-repeated-counts": {"parameters.repeated", "parameters.repeated_text"},
    "spaces-in-phone-count": {"phone.spaces", "phone.blank"},
    "lost-plus-understood": {"phone.lost_plus", "time.lost_plus"},
    "no-bearer-tokens": {"access.bearer"},
}
"""In which dimensions a variant differs from the mock."""
ALONE = [(name,) for name in CHANGES]
PAIRS = [
    ("oldest-first", "times-in-india"),
    ("oldest-first-in-a-window", "key-looked-at-last"),
    ("limit-clamped", "unknown-sequence-is-410"),
    ("first-of-repeated-counts", "no-bearer-tokens"),
]


@cache
def stores() -> object:
    """Return the runs of every server here, which none of them changes."""
    return generate_stores(default_sizes())


def check(*variants: str, sequence_id: str = SEQUENCE, learn: bool = False, dialect: Dialect | None = None) -> Report:
    """Return the report on the mock as these variants have it, of drifts alone."""
    app = build_together(variants, Mock(stores=stores(), keys={KEY}))  # type: ignore[arg-type]
    return check_target(wsgi_target(app, key=KEY), sequence_id, checks=(), learn=learn, dialect=dialect)


@cache
def learned(*variants: str, sequence_id: str = SEQUENCE) -> Dialect:
    """Return the dialect of the mock as these variants have it."""
    with pytest.MonkeyPatch.context() as patch:
        # No check has asked anything before, so learning has to ask for everything itself.
        patch.setattr(learning, "MOST_REQUESTS", 200)
        dialect = check(*variants, sequence_id=sequence_id, learn=True).dialect
    assert dialect is not None
    return dialect


def drifts(report: Report) -> set[str]:
    """Return the dimensions in which a target is not as its dialect says."""
    assert not report.counts[Outcome.ERRORED]
    broken = (verdict.check for verdict in report.verdicts if verdict.outcome is Outcome.BROKEN)
    return {check.id.removeprefix("dialect.") for check in broken if check.grade is Grade.DRIFT}


def test_the_mock_speaks_as_the_contract_chooses() -> None:
    """Whatever is seen of the mock is the contract's own choice, and nearly everything is seen."""
    dialect = learned()
    assert dialect.values == {name: dimensions()[name].contract for name in dialect.values}
    assert READERS.keys() - dialect.values.keys() == {
        *("page.cap", "rate.retry_after"),
        # Which takes two statuses of refusals, and channels in more than one form.
        *("errors.status", "sequence.other_form"),
    }


@pytest.mark.parametrize("variants", [*ALONE, *PAIRS], ids="+".join)
def test_a_dialect_differs_where_its_server_does_and_nowhere_else(variants: tuple[str, ...]) -> None:
    """What is learned of a variant is the contract's choice but for what the variant is about."""
    dialect = learned(*variants)
    changed = {name for name, value in dialect.values.items() if value != dimensions()[name].contract}
    assert changed == set().union(*(CHANGES[name] for name in variants))


@pytest.mark.parametrize("variants", [*ALONE[::3], *PAIRS], ids="+".join)
def test_a_server_does_not_drift_from_its_own_dialect(variants: tuple[str, ...]) -> None:
    """Learned, written, read and held against the server it came from, a dialect says nothing."""
    dialect = parse_dialect(render_dialect(learned(*variants)))
    assert drifts(check(*variants, dialect=dialect)) == set()


@pytest.mark.parametrize("variants", [*ALONE[1::3], *PAIRS], ids="+".join)
def test_another_server_drifts_exactly_where_it_is_another(variants: tuple[str, ...]) -> None:
    """The mock's dialect held against variants gives the drifts that are there, with before, after and a request."""
    report = check(*variants, dialect=learned())
    assert drifts(report) == set().union(*(CHANGES[name] for name in variants))
    for verdict in report.failures:
        (finding,) = verdict.findings
        assert finding.differences[0].text.startswith("before: ")
        assert finding.curl.startswith("curl ")


def test_drifts_that_go_together_are_described_once() -> None:
    """A server that takes to 400 is one entry on a terminal, in annotations, in a summary, and names the others."""
    report = check("bad-parameter-is-400", dialect=learned())
    console = Console(record=True, width=200, file=StringIO())
    print_report(report, console)
    texts = console.export_text(), "\n".join(render_annotations(report)), render_summary(report)
    assert len(report.failures) > 20
    for text in texts:
        assert "likewise" in text
        assert text.count("before: refused with status 422; now: refused with status 400") < 5
        assert all(verdict.check.id in text for verdict in report.failures)


def test_another_server_drifts_from_the_dialect_of_a_pair() -> None:
    """The dialect of two variants held against a third one names all that the three change."""
    report = check("limit-clamped", dialect=learned("oldest-first", "times-in-india"))
    assert drifts(report) == {"order.first", "order.ties", "answer.zone", *CHANGES["limit-clamped"]}


@pytest.mark.parametrize("variants", [*ALONE, *PAIRS], ids="+".join)
def test_the_mock_in_a_dialect_speaks_it(variants: tuple[str, ...]) -> None:
    """What was learned of a server is learned again of the mock that answers like it."""
    dialect = learned(*variants)
    steps = create_pipeline(dialect)
    app = create_app(Mock(stores=stores(), keys={KEY}, pipeline=steps))  # type: ignore[arg-type]
    assert drifts(check_target(wsgi_target(app, key=KEY), SEQUENCE, checks=(), dialect=dialect)) == set()


def test_roles_that_a_dialect_names_need_not_be_said_again() -> None:
    """A target whose start has another name is read where its dialect says."""
    held = Dialect.of({"roles.start_time": "/started_at", "order.first": "newest"})
    assert drifts(check("start-has-another-name", dialect=held)) == set()
    assert drifts(check(dialect=held)) == {"roles.start_time"}


def test_data_that_grows_is_no_drift() -> None:
    """What looks like a drift is looked at again, until the data holds still around it."""
    assert drifts(check("growing", dialect=learned())) == set()


def test_what_the_runs_do_not_show_is_not_guessed() -> None:
    """A sequence without runs shows no order, no field and no time; what is learned of it is right all the same."""
    dialect = learned(sequence_id=EMPTY_SEQUENCE)
    assert not {"order.first", "answer.zone", "answer.left_out", "phone.spaces", "roles.id"} & dialect.values.keys()
    assert dialect.values == {name: dimensions()[name].contract for name in dialect.values}


def test_a_dialect_holds_neither_the_key_nor_a_number() -> None:
    """The requests that are named in the file show the form of a number only."""
    text = render_dialect(learned())
    assert KEY not in text
    phones = {str(run["contact"].get("phone")) for run in map(_runs().run, range(137))}  # type: ignore[attr-defined]
    assert not [phone for phone in phones if phone.lstrip("+")[:9] in text and len(phone) > 6]


def _runs() -> object:
    return stores()[SEQUENCE]  # type: ignore[index]


@pytest.mark.parametrize(
    ("values", "variant"),
    [({"page.limit_above_maximum": "obeyed"}, "limit-clamped"), ({"page.cap": 500}, ""), ({"page.cap": 137}, "")],
)
def test_what_the_data_cannot_tell_apart_is_no_drift(values: dict[str, Value], variant: str) -> None:
    """Of 137 runs a limit of 501 that is lowered gives as many as one that is obeyed."""
    assert drifts(check(*filter(None, [variant]), dialect=Dialect.of(values))) == set()


def test_learning_asks_at_most_25_times_more_than_a_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a whole check nearly everything was seen in passing."""
    before: list[int] = []
    learn = runner.Runner.learn

    def counted(self: runner.Runner) -> Dialect | None:
        before.append(self.session.client.target.sent)
        return learn(self)

    monkeypatch.setattr(runner.Runner, "learn", counted)
    app = build_together(["bad-parameter-is-400"], Mock(stores=stores(), keys={KEY}))  # type: ignore[arg-type]
    report = check_target(wsgi_target(app, key=KEY), SEQUENCE, learn=True)
    assert 0 < report.requests - before[0] <= MOST_REQUESTS
    assert report.dialect is not None
    assert report.dialect.values == learned("bad-parameter-is-400").values
    assert {trait.certainty for trait in report.dialect.traits.values()} == {Certainty.SEEN, Certainty.ASKED}


def test_learning_stops_at_its_budget() -> None:
    """Without a check before it, it asks 25 times and leaves out what it did not come to."""
    report = check(learn=True)
    assert report.dialect is not None
    assert 0 < len(report.dialect.traits) < len(learned().traits)


def test_what_the_checks_show_counts_where_no_request_is_left() -> None:
    """Every run starts after the leap second of a check: it is read or ignored, and the likelier is learned."""
    pipeline = create_pipeline(Dialect.of({"time.leap_second": "read"}))
    app = create_app(Mock(stores=stores(), keys={KEY}, pipeline=pipeline))  # type: ignore[arg-type]
    session = open_session(wsgi_target(app, key=KEY), SEQUENCE)

    def send(ask: Ask) -> Reply:
        # What learning asks of its own has a limit beside the form; what the checks ask has none, but for one of them.
        if "limit" in ask.query.meaning and ask.query not in {ALL, WRONG}:
            raise BudgetSpentError("none is left")
        return session.client.ask(ask)

    sight = READERS["time.leap_second"](Look(view=session.view, roles=session.client.roles, send=send))
    assert sight is not None
    assert sight.values == ("read", "ignored")


@pytest.mark.parametrize("variant", sorted(CHANGES))
def test_the_variants_here_are_those_of_the_gallery(variant: str) -> None:
    """No name is a relic."""
    assert variant in VARIANTS
