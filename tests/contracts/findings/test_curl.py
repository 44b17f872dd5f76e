"""The commands that repeat a request."""

from __future__ import annotations

import subprocess

import pytest
from tests.contracts.faulty import KEY, SEQUENCE, honest_app

from seqruns.target import Target
from seqruns_contracts import wsgi_target
from seqruns_contracts.api import open_session
from seqruns_contracts.checks.areas import access
from seqruns_contracts.findings.curl import curl_command
from seqruns_contracts.model.exchange import Ask


@pytest.mark.parametrize(("method", "option"), [("GET", ""), ("HEAD", " --head"), ("POST", " -X POST")])
def test_a_command_sends_the_method_and_ends(method: str, option: str) -> None:
    """A HEAD as curl has it: with `-X HEAD` it would wait for a body that never comes."""
    command = curl_command(Ask(method=method), Target(base_url="http://127.0.0.1:1/v1"), "welcome")
    assert command == f"curl -sS -i{option} http://127.0.0.1:1/v1/sequences/welcome/sequence_runs"


def test_no_command_holds_the_key_or_all_but_a_letter_of_it() -> None:
    """Keys close to the right one are written in terms of it, and a shell makes each of them as it was sent."""
    target = wsgi_target(honest_app(), key=KEY)
    view = open_session(target, SEQUENCE).view
    asks = [
        ask for check in access.CHECKS if check.area == "auth" for probe in check.probes(view) for ask in probe.asks
    ]
    given = [(ask, dict(ask.credentials or ())) for ask in asks]
    near = [(ask, value) for ask, headers in given for value in headers.values() if KEY[2:-2].lower() in value.lower()]
    assert len(near) == 4
    for ask, value in near:
        command = curl_command(ask, target, SEQUENCE)
        assert KEY[2:-2].lower() not in command.lower()
        made = command.partition(' -H "X-WHIPPY-KEY: ')[2].partition('" http')[0]
        script = f'printf %s "{made}"'
        shown = subprocess.run(
            ["sh", "-c", script], env={"SEQRUNS_KEY": KEY}, capture_output=True, text=True, check=True
        )
        assert shown.stdout == value
