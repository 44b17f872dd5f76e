"""A trial: one run of the kit against one exhibit, and whether it was right about it."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seqruns.target import Target, TargetError
from seqruns_contracts.api import check_target
from seqruns_contracts.checks.kinds import Grade
from seqruns_contracts.findings.results import Outcome
from seqruns_gallery.selftest.gallery import serving

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from seqruns_contracts.findings.results import Report
    from seqruns_gallery.selftest.gallery import Exhibit, Served

MOST_REQUESTS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the kit said of an exhibit."""

    exhibit: Exhibit
    failed: tuple[str, ...] = ()
    """The documented checks that it found broken."""
    warned: tuple[str, ...] = ()
    """The assumed ones."""
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
    """Return the trial of an exhibit: at a gallery that is served already, or at a server of its own."""
    started = time.monotonic()
    server: AbstractContextManager[Served] = nullcontext(served) if served else serving(*_options(exhibit))
    with server as held:
        target = Target(
            base_url=held.base_url(exhibit), key=held.key, rate=0, max_requests=MOST_REQUESTS, allow_unsafe_methods=True
        )
        try:
            report = check_target(
                target, held.sequence_id, other_sequence_id=held.other_sequence_id, roles=exhibit.roles
            )
        except TargetError as error:
            return Trial(
                exhibit=exhibit,
                trouble=str(error),
                requests=target.sent,
                seconds=time.monotonic() - started,
            )
    return _trial_of(exhibit, report)


def _options(exhibit: Exhibit) -> list[str]:
    return ["--variant", exhibit.id, *(["--runs", str(exhibit.runs)] if exhibit.runs else [])]


def _trial_of(exhibit: Exhibit, report: Report) -> Trial:
    broken = [verdict.check for verdict in report.verdicts if verdict.outcome is Outcome.BROKEN]
    errored = [verdict for verdict in report.verdicts if verdict.outcome is Outcome.ERRORED]
    return Trial(
        exhibit=exhibit,
        failed=tuple(check.id for check in broken if check.grade is Grade.DOCUMENTED),
        warned=tuple(check.id for check in broken if check.grade is Grade.ASSUMED),
        trouble="; ".join(f"{verdict.check.id}: {verdict.reason}" for verdict in errored),
        requests=report.requests,
        seconds=report.seconds,
    )
