"""A private authority and certificates of clients: `--cacert`, `--cert` and `--cert-key` against a server with TLS."""

from __future__ import annotations

import ssl
import threading
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import pytest
import trustme
from click.testing import CliRunner
from tests.contracts.faulty import KEY, SEQUENCE, honest_app
from werkzeug.serving import make_server

from seqruns.command import main

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment


class Files(NamedTuple):
    """Where a server is, and the files that open it."""

    base_url: str
    authority: Path
    both: Path
    """The client's certificate, with its key."""
    certificate: Path
    key: Path
    stranger: Path
    """A certificate of an authority that the server does not know, with its key."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Files]:
    """Return a server that speaks TLS under a private authority and wants a certificate of the same."""
    folder, authority = tmp_path_factory.mktemp("tls"), trustme.CA()
    own, strange = authority.issue_cert("client@example.com"), trustme.CA().issue_cert("client@example.com")
    names = ("authority", "both", "certificate", "key", "stranger")
    found = Files("", *(folder / f"{name}.pem" for name in names))
    authority.cert_pem.write_to_path(str(found.authority))
    own.private_key_and_cert_chain_pem.write_to_path(str(found.both))
    own.cert_chain_pems[0].write_to_path(str(found.certificate))
    own.private_key_pem.write_to_path(str(found.key))
    strange.private_key_and_cert_chain_pem.write_to_path(str(found.stranger))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    server = make_server("127.0.0.1", 0, honest_app(), threaded=True, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield found._replace(base_url=f"https://127.0.0.1:{server.server_port}/v1")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def check(files: Files, *arguments: object) -> tuple[int, str]:
    """Return how the command ends, and what it says."""
    command = [
        "check",
        files.base_url,
        "--sequence-id",
        SEQUENCE,
        "--rate",
        "0",
        "--only",
        "auth",
        *map(str, arguments),
    ]
    variables = {"SEQRUNS_KEY": KEY, "REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": "", "SSL_CERT_FILE": ""}
    result = CliRunner().invoke(main, command, env=variables)
    return result.exit_code, result.output


def test_a_private_authority_and_a_certificate_of_ours_open_the_server(files: Files) -> None:
    """The certificate with its key in one file or in two."""
    assert check(files, "--cacert", files.authority, "--cert", files.both)[0] == 0
    assert check(files, "--cacert", files.authority, "--cert", files.certificate, "--cert-key", files.key)[0] == 0


def test_compare_takes_the_same_files(files: Files) -> None:
    """For both of its servers; of a sequence that is not there it says so, and without the files it is not opened."""
    line = ["compare", files.base_url, files.base_url, "--sequence-id", "no-such", "--key-a", "K", "--key-b", "K"]
    result = CliRunner().invoke(main, line, env={"K": KEY})
    assert (result.exit_code, "certificate" in result.output) == (2, True)
    line += ["--cacert", str(files.authority), "--cert", str(files.certificate), "--cert-key", str(files.key)]
    result = CliRunner().invoke(main, line, env={"K": KEY})
    assert (result.exit_code, "knows no sequence" in result.output) == (2, True), result.output


def test_who_is_not_trusted_is_not_asked(files: Files) -> None:
    """Without `--cacert` it ends with 2, and says that the certificate is the trouble."""
    code, words = check(files, "--cert", files.both)
    assert code == 2
    assert "certificate" in words
    assert "Traceback" not in words


@pytest.mark.parametrize("own", [None, "stranger"])
def test_a_server_that_does_not_know_us_is_no_broken_contract(files: Files, own: str | None) -> None:
    """No certificate, or that of a stranger: it ends with 2, in words."""
    arguments = [] if own is None else ["--cert", getattr(files, own)]
    code, words = check(files, "--cacert", files.authority, *arguments)
    assert code == 2, words
    assert "Traceback" not in words


def test_files_are_looked_at_before_anything_is_asked(files: Files) -> None:
    """A key without its certificate, and a file that is no certificate, are errors of usage."""
    for arguments in (("--cert-key", files.key), ("--cert", __file__)):
        code, words = check(files, "--cacert", files.authority, *arguments)
        assert code == 2
        assert "certificate" in words


def test_a_certificate_that_is_refused_in_the_middle_ends_the_run(tmp_path: Path) -> None:
    """With 2, at the first request that it is refused for, and with the number of the last one that was answered."""
    authority, context, numbers = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), count(1)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    app = honest_app()

    def renewing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if next(numbers) == 20:
            trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
        return app(environ, start_response)

    # This server closes each connection after an answer, so the next one is made with the other certificate.
    server = make_server("127.0.0.1", 0, renewing, threaded=True, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        line = ["check", f"https://127.0.0.1:{server.server_port}/v1", "--sequence-id", SEQUENCE, "--rate", "0"]
        line += ["--cacert", str(tmp_path / "authority.pem")]
        result = CliRunner().invoke(main, line, env={"SEQRUNS_KEY": KEY})
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert result.exit_code == 2, result.output
    assert "answered until request 20, and since then its TLS certificate is not accepted" in result.output
