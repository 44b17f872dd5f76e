"""The page as HTML, before any of its script runs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from seqruns.document import facts
from seqruns_mock.application import create_control
from seqruns_mock.http.state import MockState
from seqruns_mock.runtime import create_start, create_stores
from seqruns_mock.settings import Settings
from seqruns_mock.trouble.kinds import KINDS

if TYPE_CHECKING:
    from flask.testing import FlaskClient

SETTINGS = Settings(keys=("s3cret-key",))


@pytest.fixture(scope="module")
def state() -> MockState:
    """Return the state of a mock."""
    return MockState(create_start(SETTINGS, create_stores(SETTINGS)))


@pytest.fixture
def local(state: MockState) -> FlaskClient:
    """Return a client of a desk on loopback."""
    return create_control(state).test_client()


@pytest.fixture
def guarded(state: MockState) -> FlaskClient:
    """Return a client of a desk that others can reach."""
    return create_control(state, guarded=True).test_client()


def test_the_page_has_the_facts_of_the_document(local: FlaskClient) -> None:
    """Every parameter has its control, every status its entry, and each kind of trouble its fields."""
    html = local.get("/").text
    for name in (*facts().parameters, *facts().statuses, *KINDS):
        assert f'name="{name}"' in html or f">{name}</option>" in html, name
    for name in facts().parameters:
        assert f'name="{name}"' in html, name
    assert f'placeholder="{facts().limit_default}"' in html


def test_on_loopback_the_key_is_filled_in(local: FlaskClient) -> None:
    """Who can open the page there can read the console, too."""
    assert _config(local.get("/").text)["key"] == "s3cret-key"


@pytest.mark.parametrize("host", ["mock.example.com", "169.254.1.1", "[::2]", "127.0.0.1.example.com"])
def test_under_a_foreign_name_the_page_has_no_key(local: FlaskClient, host: str) -> None:
    """A web site that points its own name to loopback learns nothing."""
    assert "s3cret" not in local.get("/", headers={"Host": host}).text


def test_elsewhere_the_page_comes_without_a_key_and_the_data_not_at_all(guarded: FlaskClient, state: MockState) -> None:
    """The shell is for everybody; what it shows is for those who have a key."""
    html = guarded.get("/").text
    sequence_id = next(iter(state.sequences.stores))
    timeline = f"/__mock__/page/timeline/{sequence_id}"
    assert "s3cret" not in html
    assert sequence_id not in html
    with guarded.get("/__mock__/page/static/main.js") as script:
        assert script.status_code == 200
    assert guarded.get(timeline).status_code == 401
    assert guarded.get(timeline, headers={"X-WHIPPY-KEY": "s3cret-key"}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/__mock__/page/static/main.js", "/__mock__/page/swagger-ui/swagger-ui.css"])
def test_the_page_may_load_and_ask_only_its_own_server(local: FlaskClient, path: str) -> None:
    """The policy names no other origin, no inline script and no eval, and nobody may frame the page."""
    with local.get(path) as response:
        headers = response.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_a_sequence_id_is_shown_as_text() -> None:
    """Whatever a sequence is called, it cannot become part of the page."""
    evil = "</script><script>alert(1)</script>"
    settings = Settings(sequences={evil: 1}, keys=("</script>&key",))
    html = create_control(MockState(create_start(settings, create_stores(settings)))).test_client().get("/").text
    assert "<script>alert" not in html
    assert _config(html)["key"] == "</script>&key"


@pytest.mark.parametrize("name", ["../flask_swagger_ui.py", "%2e%2e/README.md", "nothing.js"])
def test_only_the_renderer_s_own_files_are_served(local: FlaskClient, name: str) -> None:
    """Nothing beside or above its folder, and a 404 for what is not there."""
    assert local.get(f"/__mock__/page/swagger-ui/{name}").status_code == 404


def test_the_page_costs_nothing_until_it_is_opened() -> None:
    """A mock that serves has loaded neither the page's view, nor templates, nor the renderer's package."""
    code = (
        "import sys; from seqruns_mock.embedding import MockServer\n"
        "with MockServer(): print([name for name in sys.modules if name.startswith('seqruns_mock.web')"
        " or 'swagger' in name])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "['seqruns_mock.web', 'seqruns_mock.web.routes']"


def _config(html: str) -> dict[str, object]:
    match = re.search(r'<script type="application/json" id="config">(.*?)</script>', html, re.DOTALL)
    assert match is not None
    config: dict[str, object] = json.loads(match[1])
    return config
