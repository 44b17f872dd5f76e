"""Selecting checks by their id or area."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from seqruns_contracts.checks import CHECKS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from seqruns_contracts.checks.kinds import Check


class UnknownCheckError(ValueError):
    """There is no check and no area of that name."""


def select_checks(*, only: Collection[str] = (), skip: Collection[str] = (), more: Iterable[Check] = ()) -> list[Check]:
    """Return the checks that `only` names, or all, without those that `skip` names, in the order of the reports.

    `more` are checks to choose from beside the usual ones, such as those that hold a target to a dialect.

    A name is the id of a check, or an area for all of its checks. Raises UnknownCheckError, with what was perhaps
    meant, for any other name, and where nothing is left.
    """
    known = {**CHECKS, **{check.id: check for check in more}}
    for name in (*only, *skip):
        _must_be_known(name, known)
    # What is skipped stays out, however it was chosen: `--only before --skip before.is-exact` leaves out one.
    chosen = [check for check in known.values() if (not only or _is_named(check, only)) and not _is_named(check, skip)]
    if not chosen:
        raise UnknownCheckError("this selection leaves no check at all")
    return chosen


def _is_named(check: Check, names: Collection[str]) -> bool:
    return check.id in names or check.area in names


def _must_be_known(name: str, known: Mapping[str, Check]) -> None:
    areas = list(dict.fromkeys(check.area for check in known.values()))
    if name in known or name in areas:
        return
    meant = get_close_matches(name, [*known, *areas], n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(meant)}?" if meant else f"the areas are {', '.join(areas)}."
    raise UnknownCheckError(f"there is no check and no area {name!r}; {hint} --list shows them all.")
