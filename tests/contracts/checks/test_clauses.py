"""The clauses: every fact of the contract is guarded, and the documentation says by what."""

from __future__ import annotations

from pathlib import Path

import pytest

from seqruns_contracts.checks import CHECKS
from seqruns_contracts.checks.clauses import CLAUSES, Clause, guards
from seqruns_contracts.cli.listing import render_listing, render_page

PAGE = Path(__file__).parents[3] / "docs" / "checks.md"


def test_every_check_names_clauses_that_exist() -> None:
    """A check stands for a fact of the contract, or it has no right to fail anybody."""
    for check in CHECKS.values():
        assert check.clauses
        assert set(check.clauses) <= CLAUSES.keys(), check.id


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=list(CLAUSES))
def test_every_clause_is_guarded_or_says_why_not(clause: Clause) -> None:
    """A documented clause has a documented check; a clause without any check gives the reason, and only then."""
    assert bool(guards(clause)) != bool(clause.unguarded)
    if guards(clause):
        assert clause.grade in {check.grade for check in guards(clause)}


def test_no_documented_check_rests_on_assumed_clauses_alone() -> None:
    """What nobody documents can only warn."""
    for check in CHECKS.values():
        assert check.grade in {CLAUSES[name].grade for name in check.clauses} | {"assumed"}, check.id


def test_the_listing_shows_all_of_each_check() -> None:
    """The listing holds id, grade, law, clauses and needs of every check."""
    text = "\n".join(render_listing())
    for check in CHECKS.values():
        assert f"  {check.id}  ({check.grade.value})\n    {check.law}\n" in text
        assert f"guards {', '.join(check.clauses)}; needs {check.needs}" in text


def test_the_page_of_checks_is_up_to_date() -> None:
    """After a change: python -m seqruns_contracts.cli.listing > docs/checks.md."""
    assert PAGE.read_text("utf-8") == render_page()
