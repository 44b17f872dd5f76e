"""The baseline: what is known to be broken, written down so that only new failures fail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from seqruns import __version__
from seqruns_contracts.checks import CHECKS

if TYPE_CHECKING:
    from pathlib import Path

    from seqruns_contracts.findings.results import Report


class UnreadableBaselineError(ValueError):
    """The file is no baseline."""


def read_baseline(path: Path) -> frozenset[str]:
    """Return the ids of the checks that a file accepts as broken; ids that no longer exist are left out.

    Raises UnreadableBaselineError where the file is not there or not one that `render_baseline` wrote.
    """
    try:
        accepted = json.loads(path.read_text("utf-8"))["accepted"]
        return frozenset(name for name in accepted if name in CHECKS)
    except OSError as error:
        raise UnreadableBaselineError(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise UnreadableBaselineError(f"{path} is no baseline; --write-baseline makes one") from None


def render_baseline(report: Report) -> str:
    """Return the text of a baseline that accepts what this report found broken, each with the law it breaks."""
    broken = (*report.failures, *report.known_failures)
    accepted = {verdict.check.id: verdict.check.law for verdict in broken}
    return json.dumps({"seqruns": __version__, "accepted": dict(sorted(accepted.items()))}, indent=2) + "\n"
