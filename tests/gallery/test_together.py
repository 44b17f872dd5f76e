"""Several exhibits at once, and beside one another."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from tests.gallery.battery import WITH_KEY, mock
from tests.mock.cli.test_settings import usage_error
from tests.mock.conftest import console
from werkzeug.test import Client

from seqruns.document import runs_path
from seqruns_gallery.catalogue import build, build_together
from seqruns_gallery.faults import FAULTS
from seqruns_gallery.variants import VARIANTS
from seqruns_mock.embedding import MockServer

if TYPE_CHECKING:
    from flask.testing import FlaskClient

SEQUENCE = next(iter(mock().stores))


def ask(server: MockServer, query: str = "", prefix: str = "") -> Any:
    """Return the body of an answer."""
    path = f"{prefix}/v1{runs_path(server.sequence_id)}"
    return Client(server.app).get(f"{path}?{query}", headers={"X-WHIPPY-KEY": server.key}).get_json()


def statuses(client: FlaskClient) -> list[int]:
    """Return the statuses of a few requests that only a fault refuses."""
    queries = ("", "status=active&limit=3&offset=2", "before=2024-01-01T00:00:00Z&phone=x")
    url = f"/v1/sequences/{SEQUENCE}/sequence_runs"
    return [client.get(f"{url}?{query}", headers=WITH_KEY).status_code for query in queries]


def test_faults_go_together_or_are_refused_in_words() -> None:
    """No pair of exhibits breaks the mock: what answers 500 has a member that does so alone."""
    draw, ids = Random(0), [*FAULTS, *VARIANTS]
    composed = refused = 0
    for _ in range(120):
        pair = draw.sample(ids, 2)
        try:
            client = build_together(pair, mock()).test_client()
        except ValueError as problem:
            assert all(exhibit in str(problem) for exhibit in pair)  # noqa: PT017 - it is one of two outcomes
            refused += 1
            continue
        composed += 1
        together = statuses(client)
        if 500 in together:
            assert any(500 in statuses(build(exhibit, mock()).test_client()) for exhibit in pair), pair
    assert composed > 50
    assert refused > 5


def test_two_faults_both_show() -> None:
    """The total of the one, the order of the other, and a query that the third reads wrong."""
    server = MockServer(runs=5, fault=["total-is-text", "total-plus-one"])
    assert ask(server)["total"] == "6"
    server.state.put_faults(["limit-ignored", "total-plus-one"])
    assert ask(server, "limit=1")["total"] == 6
    assert server.state.faults == ("limit-ignored", "total-plus-one")


def test_a_fault_that_would_undo_another_is_refused() -> None:
    """By the control API as a 422, and what was there stays."""
    server = MockServer(runs=5)
    client = Client(server.app)
    answer = client.put("/__mock__/faults", json={"active": ["limit-is-the-end", "limit-before-filters"]})
    assert answer.status_code == 422
    assert "limit-before-filters would undo limit-is-the-end" in answer.text
    assert server.state.faults == ()


def test_a_fault_leaves_the_variant_and_the_gallery_where_they_are() -> None:
    """Put on and taken off while the mock runs."""
    server = MockServer(runs=5, variant="extra-fields", gallery=True)
    for faults in ([], ["total-plus-one"], []):
        server.state.put_faults(faults)
        body = ask(server)
        assert body["total"] == 5 + len(faults)
        assert "tags" in body["data"][0]
        assert ask(server, prefix="/gallery/total-is-text")["total"] == "5"


def test_the_command_line_takes_them_together() -> None:
    """Or says why not."""
    with console("--fault", "total-plus-one", "--fault", "total-is-text", "--gallery", "--runs", "2") as served:
        assert "total-plus-one, total-is-text" in served.banner
    said = usage_error("--fault", "limit-is-the-end", "--fault", "limit-before-filters")
    assert "would undo" in said


def test_the_journal_has_the_path_that_was_asked_for() -> None:
    """Below an exhibit, too; its sequence is found there, and words name that place."""
    server = MockServer(runs=5, gallery=True)
    ask(server, prefix="/gallery/total-is-text")
    client = Client(server.app)
    assert "nothing at /gallery/gzip/v1/x; the runs are at /gallery/gzip/v1/" in client.get("/gallery/gzip/v1/x").text
    document = client.get("/gallery/gzip/openapi.json", base_url="http://127.0.0.1:9").get_json()
    assert document["servers"] == [{"url": "http://127.0.0.1:9/gallery/gzip/v1"}]
    entry = server.requests[0]
    assert entry.path == f"/gallery/total-is-text/v1{runs_path(server.sequence_id)}"
    assert entry.sequence_id == server.sequence_id
    server.trouble("error", sequence_id=server.sequence_id)
    assert ask(server, prefix="/gallery/total-is-text")["status"] == 503
