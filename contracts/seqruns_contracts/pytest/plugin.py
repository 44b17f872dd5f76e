"""The kit as pytest items: inert until the checks are asked for.

They are asked for with `--seqruns-url`, by a node id such as `seqruns::before.is-inclusive` or by `seqruns` for all, or
with `seqruns_url` in pytest's settings where pytest runs the whole suite: `pytest test_own.py` does not mean staging.

Nothing of the kit is imported before that: this module loads in every test run of the environment it is installed in.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
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
    "dialect": ("string", "Hold it to what this file says it is like; `seqruns check --learn` writes one."),
    "drift": ("string", "What a drift from the dialect does: fail, unless warn is given."),
    "strict": ("bool", "Fail on checks that rest on an assumption, too."),
    "redact": (
        "string",
        "Redact names, emails, phones and messages of contacts: files, here the same as all, or none.",
    ),
    "rate": ("string", "Most requests in a second; 20 unless given."),
    "max_requests": ("string", "Most requests in all; 400 unless given."),
    "timeout": ("string", "Seconds for one whole answer; 10 unless given."),
    "max_body": ("string", "Megabytes of one body, decoded; 10 unless given."),
    "wait": ("string", "Seconds to wait for a server that is starting; 0 unless given."),
    "key_command": ("string", "Run this for the key, and again when the key is refused later."),
    "cacert": ("string", "Trust these authorities, in PEM."),
    "cert": ("string", "Show this certificate to the server, in PEM."),
    "cert_key": ("string", "The key of that certificate, where its file does not hold it."),
    "baseline": ("string", "Accept the findings in this file; only new ones fail."),
    "seed": ("string", "Chooses among the queries; 0 unless given."),
}
"""The settings: `--seqruns-…` on the command line, then `SEQRUNS_CHECK_…`, `seqruns_…` in pytest's configuration, and
the options of `seqruns check` in `[tool.seqruns.check]`."""
ASKED = pytest.StashKey[tuple[str, ...] | None]()
"""The ids of the checks that are asked for; empty for all, None for none."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add each setting as an option and as an entry of the configuration."""
    group = parser.getgroup("seqruns", "contract checks of List Sequence Runs; the key is $SEQRUNS_KEY")
    for name, (kind, help_) in SETTINGS.items():
        action: Any = {"bool": "store_true", "string": "store"}.get(kind, "append")
        # argparse refuses the name of a value for an option that takes none.
        extra = {} if action == "store_true" else {"metavar": name.upper()}
        group.addoption(f"--seqruns-{name.replace('_', '-')}", action=action, default=None, help=help_, **extra)
        # `kind` is one of pytest's names of types, which mypy would have as a Literal.
        parser.addini(f"seqruns_{name}", help_, type=kind, default=None)  # type: ignore[arg-type]


def setting(config: pytest.Config, name: str) -> Any:
    """Return a setting from the first place that has it, else None."""
    given = config.getoption(f"seqruns_{name}")
    if given is not None:
        return given
    option = {"url": "base-url"}.get(name, name.replace("_", "-"))
    text = os.environ.get(f"SEQRUNS_CHECK_{option.replace('-', '_').upper()}")
    if text:
        return text.split() if SETTINGS[name][0] in {"args", "linelist"} else text
    return config.getini(f"seqruns_{name}") or _from_table(config, option)


def _from_table(config: pytest.Config, option: str) -> Any:
    from seqruns.configuration import read_table  # noqa: PLC0415 - only when asked for

    value = read_table(config.rootpath, "check")[0].get(option)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Name the marks, and take our node ids out of the arguments, which pytest would look for on the disk."""
    config.stash[ASKED] = _asked(config)
    config.addinivalue_line("markers", "seqruns: a check of the List Sequence Runs contract")
    config.addinivalue_line("markers", "seqruns_documented: a check that follows from the documented contract")
    config.addinivalue_line("markers", "seqruns_drift: a check that the target is as its dialect says")
    config.addinivalue_line("markers", "seqruns_assumed: a check that rests on an assumption; broken, it is an xfail")


def _asked(config: pytest.Config) -> tuple[str, ...] | None:
    """Return the ids of the checks that are asked for; empty for all, None for none."""
    ours = [argument for argument in config.args if _is_ours(argument)]
    if ours:
        config.args = [argument for argument in config.args if argument not in ours]
        return () if "seqruns" in ours else tuple(argument.partition("::")[2] for argument in ours)
    whole_suite = config.args_source is not pytest.Config.ArgsSource.ARGS
    is_asked = config.getoption("seqruns_url") or (whole_suite and config.getini("seqruns_url"))
    return () if is_asked else None


def _is_ours(argument: str) -> bool:
    # A folder `seqruns` with tests is the project's own.
    return argument.startswith("seqruns::") or (argument == "seqruns" and not Path(argument).exists())


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Return which target is checked, if one is."""
    if config.stash[ASKED] is None:
        return []
    return [f"seqruns: {setting(config, 'url')}, sequence {setting(config, 'sequence_id')}"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Let Hypothesis print the falsifying examples of the project's own tests as it always does.

    Schemathesis' pytest plugin, which `seqruns[check]` brings along, replaces the printer for all tests of the process.
    Its own tests keep what it made of it.
    """
    core: Any = sys.modules.get("hypothesis.core")
    if core is None or type(item).__module__.startswith("schemathesis."):
        return (yield)
    from hypothesis.vendor.pretty import RepresentationPrinter  # noqa: PLC0415 - it is loaded already

    before = core.RepresentationPrinter
    core.RepresentationPrinter = RepresentationPrinter
    try:
        return (yield)
    finally:
        core.RepresentationPrinter = before


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the checks, so that `-k` and `-m` choose among them as among all tests."""
    asked = config.stash[ASKED]
    if asked is not None:
        from seqruns_contracts.pytest.items import contract_items  # noqa: PLC0415 - only when asked for

        items.extend(contract_items(session, lambda name: setting(config, name), asked))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give the workers of pytest-xdist a folder in common, so that one of them asks for all."""
    if node.config.stash[ASKED] is not None:
        from seqruns_contracts.pytest.carrying_out import SHARED_FOLDER, folder_in_common  # noqa: PLC0415 - only when asked for

        node.workerinput[SHARED_FOLDER] = str(folder_in_common(node.config))


@pytest.hookimpl(optionalhook=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say how much was asked."""
    for line in _closing_lines(config):
        terminalreporter.write_sep("-", f"seqruns: {line}")


def _closing_lines(config: pytest.Config) -> Iterator[str]:
    if config.stash[ASKED] is not None and "PYTEST_XDIST_WORKER" not in os.environ:
        from seqruns_contracts.pytest.carrying_out import figures_of  # noqa: PLC0415 - only when asked for

        yield from figures_of(config)
