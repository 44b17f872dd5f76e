"""No key, and nothing that was sent as one, is kept, printed or answered."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_plus

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from tests.mock.conftest import console
from werkzeug.test import Client, create_environ

from seqruns_mock.cli.console import json_line, text_line
from seqruns_mock.embedding import MockServer
from seqruns_mock.http.journal import LONGEST
from seqruns_mock.http.redaction import redactor_of

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "s3cret-K'ey+1"
SENT = "somebody/else's=key"
KEYS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=4)


def everything_encoded(text: str) -> str:
    """Return a text with every byte percent-encoded."""
    return "".join(f"%{byte:02x}" for byte in text.encode())


@pytest.mark.parametrize("secret", [KEY, SENT])
@pytest.mark.parametrize("spelled", [quote, everything_encoded])
def test_a_key_shows_nowhere(secret: str, spelled: Callable[[str], str]) -> None:
    """In no header, no query, no parameter, no path and no message: not in the journal, on the console, or answered."""
    mock = MockServer(runs=3, keys=(KEY,))
    client, word = Client(mock.app), spelled(secret)
    own = {"X-WHIPPY-KEY": secret}
    others = {
        "X-Api-Key": secret,
        "Cookie": f"k={secret}",
        "User-Agent": f"me {secret}",
        "Referer": f"http://x/?{word}",
    }
    runs = "/v1/sequences/" + mock.sequence_id + "/sequence_runs"
    answers = [
        client.get(f"{runs}?limit={word}&{word}=1&key={word}&x={word}", headers=own | others),
        client.get(f"{runs}?api_key={word}&before={word}", headers={"X-WHIPPY-KEY": KEY}),
        client.get(f"{runs}?{word}", headers={"Authorization": f"Bearer {secret}"}),
        client.get(f"/v1/sequences/{quote(word)}/sequence_runs", headers=own),
        client.get(f"/v1/{quote(word)}", headers=own),
        client.get(runs, headers={**own, "X-Mock-Trouble": secret}),
        client.get(f"/__mock__/sequences/{quote(secret, safe='')}/runs", headers=own, base_url="http://localhost"),
        client.get("/__mock__/requests", base_url="http://localhost"),
    ]
    printed = [each for entry in mock.requests for each in (repr(entry), text_line(entry), json_line(entry))]
    for text in [*printed, *(answer.text + repr(answer.headers) for answer in answers)]:
        assert secret not in unquote_plus(text)
        assert secret not in re.sub(r"\\(.)", r"\1", text)
        assert secret[3:] not in text


@given(KEYS, st.text(max_size=5), st.text(max_size=5))
def test_whatever_the_key_it_is_masked_however_it_is_written(key: str, before: str, after: str) -> None:
    """Plain, percent-encoded, or escaped in a message; what is around it stays."""
    redact = redactor_of(create_environ(), [key])
    for spelling in (key, quote(key, safe=""), everything_encoded(key), ascii(key)[1:-1]):
        assert "…" in redact(f"{before}{spelling}{after}")
        assert redact(spelling) == "…"


def test_a_short_key_does_not_tear_words() -> None:
    """It is redacted where it is a word of its own."""
    redact = redactor_of(create_environ(), ["k1"])
    assert redact("kind k12 limit=k1&x='k1'") == "kind k12 limit=…&x='…'"


def test_a_text_that_names_no_key_is_kept_as_it_is() -> None:
    """It is kept whole where the request brought no key, too."""
    assert redactor_of(create_environ(), [])("limit=3") == "limit=3"


def test_the_console_of_a_running_mock_shows_no_key() -> None:
    """Neither its own nor one that was sent by mistake."""
    log = io.StringIO()
    with console("--key", KEY) as served:
        requests.get(f"{served.runs_url}?x={quote(KEY)}", headers={"X-WHIPPY-KEY": SENT}, timeout=10)
        requests.get(f"{served.runs_url}?limit={quote(SENT)}", headers={"X-WHIPPY-KEY": SENT}, timeout=10)
        assert served.process.stdout is not None
        while log.getvalue().count(" 401 ") < 2:
            log.write(served.process.stdout.readline())
    assert KEY not in unquote_plus(log.getvalue())
    assert SENT not in unquote_plus(log.getvalue())


def test_an_entry_of_the_journal_is_not_very_long() -> None:
    """A long path, query or header is cut, and how much is missing is said."""
    mock = MockServer(runs=1)
    long = "x" * 100_000
    Client(mock.app).get(f"/v1/{long}?a={long}", headers={"User-Agent": long})
    (entry,) = mock.requests
    for text in (entry.path, entry.query_string, entry.headers["User-Agent"]):
        assert len(text) < LONGEST + 50
        assert "more characters" in text
    assert len(json_line(entry)) < 5 * LONGEST


def test_a_path_is_kept_as_it_was_meant() -> None:
    """Bytes are UTF-8, in the journal as in the message."""
    mock = MockServer(runs=1)
    answer = Client(mock.app).get("/v1/sequences/caf%C3%A9/sequence_runs?x=%C3%A9", headers={"X-WHIPPY-KEY": mock.key})
    assert "'café'" in answer.text
    assert (mock.requests[0].sequence_id, mock.requests[0].parameters) == ("café", {"x": "é"})
