"""Options from variables and from pyproject.toml."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner

from seqruns.dialect import Dialect
from seqruns_mock.cli import command, start

if TYPE_CHECKING:
    from seqruns_mock.settings import Settings

OPTIONS = [option for option in command.serve.params if isinstance(option, click.Option)]
LISTING = {"--list-faults", "--list-variants", "--format"}
"""Options that list something and leave."""
VALUES: dict[str, tuple[str, dict[str, Any]]] = {
    "SEQRUNS_HOST": ("localhost", {"host": "localhost"}),
    "SEQRUNS_BASE_PATH": ("mocks/", {"base_path": "/mocks"}),
    "SEQRUNS_PORT": ("1234", {"port": 1234}),
    "SEQRUNS_KEY": ("k1 k2", {"keys": ("k1", "k2")}),
    "SEQRUNS_RUNS": ("8", {"runs": 8}),
    "SEQRUNS_SEED": ("9", {"seed": 9}),
    "SEQRUNS_PROFILE": ("minimal", {"profile": "minimal"}),
    "SEQRUNS_SEQUENCE": ("a=1 b=2", {"sequences": {"a": 1, "b": 2}}),
    "SEQRUNS_DATA": (__file__, {"data": Path(__file__)}),
    "SEQRUNS_DIALECT": (os.devnull, {"dialect": Dialect()}),
    "SEQRUNS_NOW": ("1970-01-01T00:00:07Z", {"now": 7.0}),
    "SEQRUNS_LIVE": ("2.5", {"live": 2.5}),
    "SEQRUNS_TROUBLE": ("drop; cut", {}),
    "SEQRUNS_FAULT": ("exclusive-before", {"faults": ("exclusive-before",)}),
    "SEQRUNS_VARIANT": ("oldest-first", {"variant": "oldest-first"}),
    "SEQRUNS_GALLERY": ("1", {"gallery": True}),
    "SEQRUNS_RATE_LIMIT": ("5", {"rate_limit": 5}),
    "SEQRUNS_CORS": ("https://a.example https://b.example", {"cors": ("https://a.example", "https://b.example")}),
    "SEQRUNS_CONTROL": ("0", {"control": False}),
    "SEQRUNS_CERT": (__file__, {}),
    "SEQRUNS_KEY_FILE": (__file__, {}),
    "SEQRUNS_TLS": ("true", {"tls": True}),
    "SEQRUNS_JOURNAL": ("5", {"journal": 5}),
    "SEQRUNS_ALLOW_HOST": ("mock.example api.example", {"allowed_hosts": ("mock.example", "api.example")}),
    "SEQRUNS_TLS_NAME": ("mock 192.0.2.7", {"tls_names": ("mock", "192.0.2.7")}),
    "SEQRUNS_QUIET": ("yes", {"quiet": True}),
    "SEQRUNS_LOG_FORMAT": ("json", {"log_format": "json"}),
}
"""Every variable, with a value, and the settings that it comes to."""


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> dict[str, Settings]:
    """Return a dictionary that gets the settings of the command, which does not serve."""
    seen: dict[str, Settings] = {}

    def note(settings: Settings, **_: Any) -> None:
        seen["settings"] = settings
        raise OSError(0, "noted")

    monkeypatch.setattr(start, "run", note)
    return seen


def settings_of(settled: dict[str, Settings], *arguments: str, **variables: str) -> Any:
    """Return the settings that the command comes to."""
    result = CliRunner().invoke(command.serve, arguments, prog_name="serve", env=variables, catch_exceptions=False)
    assert "noted" in result.output, result.output
    return settled["settings"]


def complaint(table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what the command says to a pyproject.toml that is wrong."""
    (tmp_path / "pyproject.toml").write_text(table, "utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(command.serve, [], prog_name="serve")
    assert result.exit_code == 2, result.output
    assert "pyproject.toml" in result.output
    return " ".join(result.output.split())


def test_every_option_has_its_variable() -> None:
    """It is named like the option; those that only list something have none."""
    names = {
        "SEQRUNS_" + name.lstrip("-").replace("-", "_").upper()
        for option in OPTIONS
        for name in option.opts
        if name.startswith("--") and name not in LISTING
    }
    assert names == VALUES.keys()


def test_every_variable_is_documented() -> None:
    """In docs/mock.md, by its name."""
    text = (Path(__file__).parents[3] / "docs" / "mock.md").read_text("utf-8")
    assert [name for name in VALUES if f"`{name}`" not in text] == []


@pytest.mark.parametrize("name", sorted(VALUES))
def test_a_variable_sets_its_option(settled: dict[str, Settings], name: str) -> None:
    """As the command line would."""
    value, expected = VALUES[name]
    others = (
        {"SEQRUNS_CERT": __file__, "SEQRUNS_KEY_FILE": __file__} if name in {"SEQRUNS_CERT", "SEQRUNS_KEY_FILE"} else {}
    )
    settings = settings_of(settled, **{**others, name: value})
    assert {field: getattr(settings, field) for field in expected} == expected
    if name == "SEQRUNS_TROUBLE":
        assert [trouble.kind for trouble in settings.troubles] == ["drop", "cut"]
    assert (settings.certificate is not None) is bool(others)


def test_the_command_line_counts_before_a_variable(settled: dict[str, Settings]) -> None:
    """Also for what is turned off."""
    assert settings_of(settled, "--control", "--runs", "2", SEQRUNS_CONTROL="0", SEQRUNS_RUNS="3").control
    assert settled["settings"].runs == 2


def test_the_file_may_say_all_of_it(
    settled: dict[str, Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One value where several may be; a flag; a date; a path, which is relative to the file."""
    (tmp_path / "runs.json").write_text("[]", "utf-8")
    (tmp_path / "below").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        "[tool.seqruns.serve]\nkey = 'k1'\ntrouble = ['drop']\nno-control = true\nrate-limit = true\n"
        "now = 1970-01-01T00:00:07Z\ndata = 'runs.json'\n",
        "utf-8",
    )
    monkeypatch.chdir(tmp_path / "below")
    settings = settings_of(settled)
    assert (settings.keys, settings.control, settings.rate_limit, settings.now) == (("k1",), False, 25, 7.0)
    assert settings.data == tmp_path / "runs.json"
    assert settings_of(settled, SEQRUNS_CONTROL="1").control


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[tool.seqruns.serve]\nkeys = ['k']", "has 'keys', which is no option. Did you mean 'key'?"),
        ("[tool.seqruns.serve]\nlist-faults = true", "has 'list-faults', which is no option"),
        ("[tool.seqruns]\nport = 9000", "has 'port', which means nothing there"),
        ("[tool.seqruns.server]\nport = 9000", "go into [tool.seqruns.serve]"),
        ("[tool.seqruns]\nserve = 3", "go into [tool.seqruns.serve]"),
        ("[tool]\nseqruns = 3", "go into [tool.seqruns.serve]"),
        ("[tool.seqruns.serve]\nport = 'high'", "It comes from [tool.seqruns.serve] in"),
        ("[tool.seqruns.serve]\nport = [1]", "has port = [1]; give a number or a text"),
        ("[tool.seqruns.serve]\ntls = 'yes'", "has tls = 'yes'; give true or false"),
        ("[tool.seqruns.serve]\nkey = [true]", "has key = [True]; give a list of texts"),
        ("[tool.seqruns.serve]\ndata = 'nowhere.json'", "nowhere.json"),
    ],
)
@pytest.mark.usefixtures("settled")
def test_a_slip_in_the_file_is_explained(
    table: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the name of the file and of the key, and what would be right."""
    assert said in complaint(table, tmp_path, monkeypatch)
