"""The kit as pytest items: inert until a target is named, with `--seqruns-url` or `seqruns_url` in pytest's settings.

Nothing of the kit is imported before that: this module loads in every test run of the environment it is installed in.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = {
    "url": ("string", "Check the implementation at this base URL, such as https://staging.example.com/v1."),
    "sequence_id": ("string", "The sequence to look at."),
    "other_sequence_id": ("string", "A second sequence, to check that they share nothing."),
    "header": ("linelist", "Send this header too, as NAME:VALUE; ${NAME} is taken from the environment."),
    "role": ("linelist", "Where a role lives in a run, such as start_time=/started_at."),
    "only": ("args", "Only this check, or this area."),
    "skip": ("args", "Not this check, or this area."),
    "strict": ("bool", "Fail on checks that rest on an assumption, too."),
    "no_redact": ("bool", "Show names, emails, phones and messages of contacts in what fails."),
    "rate": ("string", "Most requests in a second; 20 unless given."),
    "max_requests": ("string", "Most requests in all; 400 unless given."),
    "seed": ("string", "Chooses among the queries; 0 unless given."),
}
"""The settings: `seqruns_…` in pytest's configuration, `--seqruns-…` on its command line, which wins."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add each setting as an option and as an entry of the configuration."""
    group = parser.getgroup("seqruns", "contract checks of List Sequence Runs; the key is $SEQRUNS_KEY")
    for name, (kind, help_) in SETTINGS.items():
        action: Any = {"bool": "store_true", "string": "store"}.get(kind, "append")
        extra = {} if action == "store_true" else {"metavar": name.upper()}
        group.addoption(f"--seqruns-{name.replace('_', '-')}", action=action, default=None, help=help_, **extra)
        parser.addini(f"seqruns_{name}", help_, type=kind, default=None)  # type: ignore[arg-type]


def setting(config: pytest.Config, name: str) -> Any:
    """Return a setting: from the command line, else from the configuration, else None."""
    given = config.getoption(f"seqruns_{name}")
    return config.getini(f"seqruns_{name}") or None if given is None else given


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks."""
    config.addinivalue_line("markers", "seqruns: a check of the List Sequence Runs contract")
    config.addinivalue_line("markers", "seqruns_documented: a check that follows from the documented contract")
    config.addinivalue_line("markers", "seqruns_assumed: a check that rests on an assumption; broken, it is an xfail")


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Return which target is checked, if one is."""
    url = setting(config, "url")
    return [f"seqruns: {url}, sequence {setting(config, 'sequence_id')}"] if url else []


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the checks, so that `-k` and `-m` choose among them as among all tests."""
    if setting(config, "url"):
        from seqruns_contracts.pytest.items import contract_items  # noqa: PLC0415 - only when asked for

        items.extend(contract_items(session, lambda name: setting(config, name)))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give the workers of pytest-xdist a folder in common, so that one of them asks for all."""
    if setting(node.config, "url"):
        from seqruns_contracts.pytest.items import SHARED_FOLDER, folder_in_common  # noqa: PLC0415 - only when asked for

        node.workerinput[SHARED_FOLDER] = str(folder_in_common(node.config))


@pytest.hookimpl(optionalhook=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say how much was asked."""
    for line in _closing_lines(config):
        terminalreporter.write_sep("-", f"seqruns: {line}")


def _closing_lines(config: pytest.Config) -> Iterator[str]:
    if setting(config, "url") and "PYTEST_XDIST_WORKER" not in os.environ:
        from seqruns_contracts.pytest.items import figures_of  # noqa: PLC0415 - only when asked for

        yield from figures_of(config)
