"""The house as ARCHITECTURE.md draws it: who may know whom, and that nothing knows itself by a detour."""

from __future__ import annotations

import ast
import re
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
SOURCES = (ROOT / "src", ROOT / "mockserver", ROOT / "fixtures", ROOT / "contracts")
MOST_FILES = 12
"""Python files in one folder, without `__init__.py`: about ten."""
READS_TARGETS_OR_DRAWS = ("seqruns.target", "seqruns_fixtures.strategies")
"""Modules that need the kit's libraries by their nature; nothing imports them unasked."""
KIT_ONLY = {"hypothesis", "schemathesis", "requests", "rich"}


@cache
def modules() -> dict[str, ast.Module]:
    """Return every module of the packages by its dotted name, parsed."""
    found = {}
    for source in SOURCES:
        for path in source.rglob("*.py"):
            name = ".".join(path.relative_to(source).with_suffix("").parts).removesuffix(".__init__")
            found[name] = ast.parse(path.read_text("utf-8"))
    return found


def named(module: str) -> Iterator[str]:
    """Yield what a module names anywhere in it: imports at run time, lazily and for types, and names in strings."""
    for node in ast.walk(modules()[module]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from seqruns_mock.core import query` names the module, `… import RunQuery` only its home.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # import_module("seqruns_mock.cli.command") is an import, too; a docstring is not.
            yield from [node.value] if node.value in modules() and "." in node.value else ()


@cache
def arrows() -> dict[str, frozenset[str]]:
    """Return the modules of ours that each module knows."""

    def home(name: str) -> str | None:
        return name if name in modules() else name.rpartition(".")[0] if name.rpartition(".")[0] in modules() else None

    return {module: frozenset(filter(None, map(home, named(module)))) - {module} for module in modules()}


@cache
def allowed() -> dict[str, frozenset[str]]:
    """Return the rooms of the house and those that each may know, as ARCHITECTURE.md lists them."""
    block = re.search(r"```arrows\n(.*?)```", (ROOT / "ARCHITECTURE.md").read_text("utf-8"), re.DOTALL)
    assert block is not None
    rows = [line.split("->") for line in block[1].splitlines()]
    return {room.strip(): frozenset(known.split()) for room, known in rows}


def room_of(module: str) -> str:
    """Return the room of a module: the longest of its name that ARCHITECTURE.md lists."""
    while module and module not in allowed():
        module = module.rpartition(".")[0]
    assert module, "every package is listed"
    return module


def behind(room: str, module: str) -> set[str]:
    """Return what stands behind the arrow of a room and has a module in it."""
    return {known for known in allowed()[room] if f"{module}.".startswith(f"{known}.")}


def test_a_module_knows_only_the_rooms_that_its_own_may_know() -> None:
    """Every arrow between two rooms stands in ARCHITECTURE.md."""
    for module in modules():
        room = room_of(module)
        strangers = {known for known in arrows()[module] if room_of(known) != room and not behind(room, known)}
        assert not strangers, f"{module} imports {', '.join(sorted(strangers))}; {room} may know {allowed()[room]}"


def test_no_module_knows_itself_by_a_detour() -> None:
    """The imports of all modules, lazy and for types as well, have no circle."""
    try:
        TopologicalSorter(arrows()).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_every_arrow_in_the_page_is_used() -> None:
    """ARCHITECTURE.md allows nothing that nobody needs, and lists no room that is empty."""
    used: dict[str, set[str]] = {room_of(module): set() for module in modules()}
    for module, several in arrows().items():
        room = room_of(module)
        used[room].update(*(behind(room, known) for known in several))
    assert used == {room: set(known) for room, known in allowed().items()}


def test_no_folder_is_crowded() -> None:
    """A folder has about ten files, so that a reader finds the one for a behaviour by its name."""
    for source in SOURCES:
        for folder in {path.parent for path in source.rglob("*.py")}:
            files = [path.name for path in folder.glob("*.py") if path.name != "__init__.py"]
            assert len(files) <= MOST_FILES, f"{folder} has {len(files)}: {', '.join(sorted(files))}"


@pytest.mark.parametrize("package", ["seqruns", "seqruns_mock", "seqruns_fixtures"])
def test_the_mock_and_the_data_work_without_the_kit_s_libraries(package: str) -> None:
    """`pip install seqruns` has neither Hypothesis nor Schemathesis."""
    for module in modules():
        if module.split(".")[0] == package and not module.startswith(READS_TARGETS_OR_DRAWS):
            assert not {name.partition(".")[0] for name in named(module)} & KIT_ONLY, module
