"""Certificates: whom we trust, and who we are."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from seqruns.target.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Callable

CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """Files in PEM; read once beforehand, so that a wrong one is told before anything is asked."""

    ca: str | None = None
    """Whom to trust, a file or a folder; None is what an environment variable names, else the usual authorities."""
    own: str | None = None
    """The client's certificate, with its key unless that is apart."""
    key: str | None = None

    @property
    def verify(self) -> str | bool:
        """What `requests` takes as `verify`."""
        return self.ca or next(filter(None, map(os.environ.get, CA_VARIABLES)), None) or True

    @property
    def cert(self) -> str | tuple[str, str] | None:
        """What `requests` takes as `cert`."""
        return (self.own, self.key) if self.own and self.key else self.own

    def check(self) -> None:
        """Raise TargetError where a file is not there or is no certificate."""
        if self.key and not self.own:
            raise TargetError("a key of a certificate is of no use without the certificate")
        if isinstance(self.verify, str):
            _try(partial(_load_authorities, self.verify), self._ca_in_words())
        if self.own:
            words = f"the client certificate {self.own}" + (f" with the key {self.key}" * bool(self.key))
            _try(partial(_context().load_cert_chain, self.own, self.key, password=_ask_nobody), words)

    def _ca_in_words(self) -> str:
        variable = next(filter(os.environ.get, CA_VARIABLES), "")
        return f"the certificates to trust in {self.verify}" + (f" (from {variable})" if not self.ca else "")


def _context() -> ssl.SSLContext:
    """Return a context to be thrown away: only its errors are wanted, before any request."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@cache  # the authorities of a system are many: 40 ms for each target
def _load_authorities(path: str) -> None:
    _context().load_verify_locations(**{"capath" if Path(path).is_dir() else "cafile": path})


def _try(load: Callable[[], object], words: str) -> None:
    try:
        load()
    except FileNotFoundError:
        raise TargetError(f"{words}: there is no such file") from None
    except (OSError, ValueError) as error:
        raise TargetError(f"{words} cannot be read: {getattr(error, 'reason', '') or error}") from None


def _ask_nobody() -> str:
    raise ValueError("it is encrypted, and nobody can be asked for a password")
