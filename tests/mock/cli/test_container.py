"""The container files: what can be told of them without building an image."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.mock.conftest import serving

from seqruns_mock.cli.healthcheck import main, root_of

ROOT = Path(__file__).parents[3]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "variables", "root"),
    [
        ([], {}, "http://127.0.0.1:8080"),
        ([], {"PORT": "9000"}, "http://127.0.0.1:9000"),
        (["--port", "9001", "--tls"], {"PORT": "9000"}, "https://127.0.0.1:9001"),
        (["--host", "0.0.0.0"], {"SEQRUNS_PORT": "9002", "SEQRUNS_TLS": "1"}, "https://127.0.0.1:9002"),  # noqa: S104
    ],
)
def test_the_health_check_knows_where_the_mock_is(
    arguments: list[str], variables: dict[str, str], root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever says it: options, or variables."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert root_of(["/opt/seqruns/bin/python", "/opt/seqruns/bin/seqruns", "serve", *arguments]) == root


@pytest.mark.parametrize("tls", [[], ["--tls"]])
def test_the_health_check_asks_a_running_mock(tls: list[str]) -> None:
    """It says nothing while the mock is up, and fails once it is not."""
    with serving(*tls) as served:
        command = ["seqruns", "serve", "--port", str(served.port), *tls]
        main(command)
    with pytest.raises(OSError, match=r"refused"):
        main(command)


def test_the_image_leaves_the_port_to_its_user() -> None:
    """`-e PORT=9000` counts; a SEQRUNS_PORT in the image would win over it. It runs as nobody in particular."""
    assert "SEQRUNS_PORT=" not in DOCKERFILE
    assert "USER 65532:65532" in DOCKERFILE


def test_the_compose_file_is_one() -> None:
    """It fits the schema of the Compose Specification."""
    command = [
        str(Path(sys.executable).parent / "check-jsonschema"),
        "--builtin-schema",
        "vendor.compose-spec",
        str(ROOT / "docs" / "compose.yaml"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
