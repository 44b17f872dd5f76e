"""A certificate of the mock's own, for clients that insist on https."""

from __future__ import annotations

import socket
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from seqruns_mock.server.serve import Certificate

if TYPE_CHECKING:
    from collections.abc import Iterator


class NoTrustmeError(RuntimeError):
    """The library that makes certificates is not installed."""


@contextmanager
def self_signed(*names: str) -> Iterator[Certificate]:
    """Give a certificate for this machine, by any of its names, and for other names and addresses.

    It is signed by an authority of its own, and all are in files that vanish afterwards.

    Clients trust it when they are given the file `authority`. Raises NoTrustmeError.
    """
    try:
        import trustme  # noqa: PLC0415 - an extra
    except ImportError:
        raise NoTrustmeError("--tls makes its certificate with trustme; pip install 'seqruns[tls]'.") from None
    authority = trustme.CA()
    known = {"localhost", "127.0.0.1", "::1", socket.gethostname(), *names} - {"0.0.0.0", "::", ""}  # noqa: S104 - they are left out, not bound
    issued = authority.issue_cert(*sorted(known))
    with tempfile.TemporaryDirectory(prefix="seqruns-") as folder:
        files = Certificate(
            certificate=Path(folder, "server.pem"), key=Path(folder, "key.pem"), authority=Path(folder, "ca.pem")
        )
        issued.private_key_pem.write_to_path(str(files.key))
        files.certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        authority.cert_pem.write_to_path(str(files.authority))
        yield files
