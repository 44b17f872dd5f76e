"""A trial: one run of the kit against one exhibit, and whether it was right about it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seqruns.target import Target, TargetError
from seqruns_contracts.api import check_target
from seqruns_contracts.checks.kinds import Grade
from seqruns_contracts.findings.results import Outcome
from seqruns_contracts.wsgi import wsgi_target
from seqruns_gallery.catalogue import build
from seqruns_gallery.selftest.gallery import KEY, mock_in_process, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns_contracts.findings.report import Report
    from seqruns_gallery.selftest.gallery import Exhibit, Served

MOST_REQUESTS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom a trial asks for the runs of which sequences."""

    target: Target
    sequence_id: str
    other_sequence_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the kit said of an exhibit."""

    exhibit: Exhibit
    failed: tuple[str, ...] = ()
    """The documented checks that it found broken."""
    warned: tuple[str, ...] = ()
    """The assumed ones."""
    causes: tuple[str, ...] = ()
    """The ids of the causes that it named."""
    unexplained: int = 0
    """How many broken checks no cause explains."""
    trouble: str = ""
    """Why it could not be checked, or not in whole."""
    requests: int = 0
    seconds: float = 0.0

    @property
    def is_right(self) -> bool:
        """Return whether the kit caught the fault at its grade, or spared the variant."""
        if self.exhibit.grade == Grade.DOCUMENTED:
            return bool(self.failed)
        if self.exhibit.grade == Grade.ASSUMED:
            return bool(self.failed or self.warned)
        return not self.failed and not self.trouble


def try_exhibit(exhibit: Exhibit, served: Served | None) -> Trial:
    """Return the trial of an exhibit.

    It is asked over a socket where it is `served`, or needs a server of its own; else in this process, which proves
    the same of what it answers and is twice as quick.
    """
    started = time.monotonic()
    with _asked(exhibit, served) as asked:
        target = asked.target
        try:
            report = check_target(
                target, asked.sequence_id, other_sequence_id=asked.other_sequence_id, roles=exhibit.roles
            )
        except TargetError as error:
            return Trial(
                exhibit=exhibit,
                trouble=str(error),
                requests=target.sent,
                seconds=time.monotonic() - started,
            )
    return _trial_of(exhibit, report)


@contextmanager
def _asked(exhibit: Exhibit, served: Served | None) -> Iterator[Asked]:
    if served:
        yield _on_a_socket(exhibit, served)
    elif exhibit.alone:
        with serving(*_options(exhibit)) as own:
            yield _on_a_socket(exhibit, own)
    else:
        mock = mock_in_process()
        first, second, *_ = mock.stores
        target = wsgi_target(build(exhibit.id, mock), key=KEY, max_requests=MOST_REQUESTS, allow_unsafe_methods=True)
        yield Asked(target=target, sequence_id=first, other_sequence_id=second)


def _on_a_socket(exhibit: Exhibit, served: Served) -> Asked:
    target = Target(
        base_url=served.base_url(exhibit), key=served.key, rate=0, max_requests=MOST_REQUESTS, allow_unsafe_methods=True
    )
    return Asked(target=target, sequence_id=served.sequence_id, other_sequence_id=served.other_sequence_id)


def _options(exhibit: Exhibit) -> list[str]:
    return ["--variant", exhibit.id, *(["--runs", str(exhibit.runs)] if exhibit.runs else [])]


def _trial_of(exhibit: Exhibit, report: Report) -> Trial:
    broken = [verdict.check for verdict in report.verdicts if verdict.outcome is Outcome.BROKEN]
    errored = [verdict for verdict in report.verdicts if verdict.outcome is Outcome.ERRORED]
    return Trial(
        exhibit=exhibit,
        failed=tuple(check.id for check in broken if check.grade is Grade.DOCUMENTED),
        warned=tuple(check.id for check in broken if check.grade is Grade.ASSUMED),
        causes=tuple(cause.id for cause in report.explained),
        unexplained=sum(v.outcome is Outcome.BROKEN and report.cause_of(v) is None for v in report.verdicts),
        trouble="; ".join(f"{verdict.check.id}: {verdict.reason}" for verdict in errored),
        requests=report.requests,
        seconds=report.seconds,
    )
