"""The import arrows of the packages: who may know whom."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = {
    "seqruns": ROOT / "src/seqruns",
    "seqruns_mock": ROOT / "mockserver/seqruns_mock",
    "seqruns_gallery": ROOT / "mockserver/seqruns_gallery",
    "seqruns_contracts": ROOT / "contracts/seqruns_contracts",
    "seqruns_fixtures": ROOT / "fixtures/seqruns_fixtures",
}
ALLOWED = {
    "seqruns": set[str](),
    "seqruns_mock": {"seqruns", "seqruns_fixtures", "seqruns_gallery"},
    "seqruns_gallery": {"seqruns", "seqruns_fixtures", "seqruns_mock", "seqruns_contracts"},
    "seqruns_contracts": {"seqruns"},
    "seqruns_fixtures": {"seqruns"},
}
READS_TARGETS_OR_DRAWS = {"target", "strategies.py"}
"""Modules that need the kit's libraries by their nature; nothing imports them unasked."""
KIT_ONLY = {"hypothesis", "schemathesis", "requests", "rich"}


def imported(module: Path) -> set[str]:
    """Return the top-level names that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("package", SOURCES)
def test_arrows_between_the_packages_point_down(package: str) -> None:
    """A package imports only itself and the ones below it."""
    for module in SOURCES[package].rglob("*.py"):
        ours = imported(module) & SOURCES.keys() - {package}
        assert ours <= ALLOWED[package], f"{module} imports {ours - ALLOWED[package]}"


@pytest.mark.parametrize("package", ["seqruns", "seqruns_mock", "seqruns_fixtures"])
def test_the_mock_and_the_data_work_without_the_kit_s_libraries(package: str) -> None:
    """`pip install seqruns` has neither Hypothesis nor Schemathesis."""
    for module in SOURCES[package].rglob("*.py"):
        if not READS_TARGETS_OR_DRAWS & set(module.relative_to(SOURCES[package]).parts):
            assert not imported(module) & KIT_ONLY, module
