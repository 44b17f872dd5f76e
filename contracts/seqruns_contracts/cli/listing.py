"""The list of checks, and the documentation page that holds it beside the clauses of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqruns_contracts.checks import CHECKS
from seqruns_contracts.checks.clauses import CLAUSES, guards

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqruns_contracts.checks.clauses import Clause
    from seqruns_contracts.checks.kinds import Check

HEAD = """# The checks, and the clauses they guard

<!-- Written by `python -m seqruns_contracts.cli.listing`; a test compares. Change the code, not this page. -->

A check that is *documented* fails a run when it is broken; one that is *assumed* warns, and fails only under
`--strict`.
"""


def render_listing() -> Iterator[str]:
    """Yield the checks for a terminal, area by area: id, grade, law, clauses."""
    for area, checks in _areas().items():
        yield f"{area}"
        for check in checks:
            yield f"  {check.id}  ({check.grade.value})"
            yield f"    {check.law}"
            yield f"    guards {', '.join(check.clauses)}; needs {check.needs}"
        yield ""
    yield f"{len(CHECKS)} checks of {len(CLAUSES)} clauses."


def render_page() -> str:
    """Return the documentation page: each check with its clauses, each clause with its checks."""
    return "\n".join([HEAD, f"## The {len(CHECKS)} checks\n", *_check_tables(), *_clause_tables()])


def _check_tables() -> Iterator[str]:
    for area, checks in _areas().items():
        yield f"### {area}\n"
        yield "| check | grade | what it claims | needs | clauses |\n| --- | --- | --- | --- | --- |"
        for check in checks:
            clauses = ", ".join(f"`{name}`" for name in check.clauses)
            yield f"| `{check.id}` | {check.grade.value} | {_cell(check.law)} | {_cell(check.needs)} | {clauses} |"
        yield ""


def _clause_tables() -> Iterator[str]:
    yield f"## The {len(CLAUSES)} clauses of the contract\n"
    for section in dict.fromkeys(clause.section for clause in CLAUSES.values()):
        yield f"### {section}\n"
        yield "| clause | grade | what holds | checks |\n| --- | --- | --- | --- |"
        for clause in CLAUSES.values():
            if clause.section == section:
                yield f"| `{clause.id}` | {clause.grade.value} | {_cell(clause.text)} | {_guards(clause)} |"
        yield ""


def _guards(clause: Clause) -> str:
    return ", ".join(f"`{check.id}`" for check in guards(clause)) or f"none: {_cell(clause.unguarded)}"


def _areas() -> dict[str, list[Check]]:
    areas: dict[str, list[Check]] = {}
    for check in CHECKS.values():
        areas.setdefault(check.area, []).append(check)
    return areas


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(render_page(), end="")  # noqa: T201 - what the command is for
