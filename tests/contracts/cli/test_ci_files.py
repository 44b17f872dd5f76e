"""The CI files to be copied: right by the schemas of their systems, and their scripts run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.contracts.faulty import KEY, SEQUENCE

CONTRACTS = Path(__file__).parents[3] / "contracts"
BIN = Path(sys.executable).parent


def steps() -> list[dict[str, Any]]:
    """Return the steps of the action that are scripts."""
    action = yaml.safe_load((CONTRACTS / "action.yml").read_text("utf-8"))
    return [step for step in action["runs"]["steps"] if "run" in step]


def gitlab_script() -> str:
    """Return the script of the GitLab job, a command to a line."""
    job = yaml.safe_load((CONTRACTS / "gitlab-ci.yml").read_text("utf-8"))["seqruns"]
    return "\n".join(job["script"])


@pytest.mark.parametrize(
    ("file", "schema"), [("action.yml", "vendor.github-actions"), ("gitlab-ci.yml", "vendor.gitlab-ci")]
)
def test_the_file_fits_the_schema_of_its_system(file: str, schema: str) -> None:
    """By the schemas that check-jsonschema brings along."""
    command = [str(BIN / "check-jsonschema"), "--builtin-schema", schema, str(CONTRACTS / file)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("script", "shell", "exceptions"),
    [*((step["run"], "bash", "") for step in steps()), (gitlab_script(), "sh", "SC2086")],
    ids=["install", "check", "gitlab"],
)
def test_the_script_passes_shellcheck(script: str, shell: str, exceptions: str) -> None:
    """The one exception is a variable that is several words on purpose."""
    command = [str(BIN / "shellcheck"), "--shell", shell, *(["--exclude", exceptions] if exceptions else []), "-"]
    result = subprocess.run(command, input=script, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_the_action_takes_no_input_into_its_scripts() -> None:
    """Inputs come in as variables: an expression inside of a script would be a way to inject commands."""
    assert all("${{" not in step["run"] for step in steps())


def test_the_script_of_the_action_checks_a_target(broken_url: str, tmp_path: Path) -> None:
    """Run as GitHub runs it: exit code 1, three reports, a summary and annotations."""
    (tmp_path / "seqruns").symlink_to(BIN.parent)
    environment = {
        "PATH": os.environ["PATH"], "RUNNER_TEMP": str(tmp_path), "REPORTS": str(tmp_path / "reports"),
        "SEQRUNS_KEY": KEY, "BASE_URL": broken_url, "SEQUENCE_ID": SEQUENCE, "OTHER_SEQUENCE_ID": "",
        "MORE": "--only 'before'\n--rate 0\n", "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }  # fmt: skip
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", steps()[-1]["run"]]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 1, result.stderr
    assert sorted(file.name for file in (tmp_path / "reports").iterdir()) == [
        "report.html",
        "report.json",
        "report.xml",
    ]
    assert "::error title=before.exclusive::" in result.stdout
    assert "phone.is-exact" not in result.stdout
    assert (tmp_path / "summary.md").read_text("utf-8").startswith("## The contract is broken")


def test_both_install_from_where_the_user_says(tmp_path: Path) -> None:
    """From a path or an address; the job refuses to guess, the action takes its own code."""
    (tmp_path / "bin").mkdir()
    for program in ("bin/pip", "seqruns-bin-pip", "bin/python"):
        (tmp_path / program).write_text('#!/bin/sh\necho "pip $*"\n', "utf-8")
        (tmp_path / program).chmod(0o755)
    (tmp_path / "seqruns").mkdir()
    (tmp_path / "seqruns" / "bin").symlink_to(tmp_path / "bin")
    address = "git+https://git.example/seqruns@main"
    installs = {
        "bash": ("PACKAGE", steps()[0]["run"]),
        "sh": ("SEQRUNS_PACKAGE", gitlab_script().partition("\n")[0]),
    }
    for shell, (variable, script) in installs.items():
        for package, words in ((address, f"seqruns[check] @ {address}"), ("./here", "./here[check]")):
            environment = {
                "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "RUNNER_TEMP": str(tmp_path), "ACTION": "/a",
                variable: package,
            }  # fmt: skip
            result = subprocess.run([shell, "-ec", script], env=environment, capture_output=True, text=True, check=True)
            assert f"pip install --quiet {words}" in result.stdout
    nothing = subprocess.run(["sh", "-ec", installs["sh"][1]], capture_output=True, text=True, check=False)
    assert nothing.returncode != 0
    assert "say where pip finds seqruns" in nothing.stderr


def test_the_script_for_gitlab_checks_a_target(honest_url: str, tmp_path: Path) -> None:
    """All but its first line, which installs."""
    environment = {
        "PATH": f"{BIN}:{os.environ['PATH']}", "SEQRUNS_KEY": KEY, "SEQRUNS_BASE_URL": honest_url,
        "SEQRUNS_SEQUENCE_ID": SEQUENCE, "SEQRUNS_ARGUMENTS": "--only auth --rate 0",
    }  # fmt: skip
    script = gitlab_script().partition("\n")[2]
    result = subprocess.run(["sh", "-ec", script], cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "seqruns-report" / "report.html").exists()
