"""The commands that repeat a request."""

from __future__ import annotations

import pytest

from seqruns.target import Target
from seqruns_contracts.findings.curl import curl_command
from seqruns_contracts.model.exchange import Ask


@pytest.mark.parametrize(("method", "option"), [("GET", ""), ("HEAD", " --head"), ("POST", " -X POST")])
def test_a_command_sends_the_method_and_ends(method: str, option: str) -> None:
    """A HEAD as curl has it: with `-X HEAD` it would wait for a body that never comes."""
    command = curl_command(Ask(method=method), Target(base_url="http://127.0.0.1:1/v1"), "welcome")
    assert command == f"curl -sS -i{option} http://127.0.0.1:1/v1/sequences/welcome/sequence_runs"
