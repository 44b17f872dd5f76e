"""Why no answer came, in words, with the known traps: TLS, proxies, HTTP/2."""

from __future__ import annotations

from http.client import BadStatusLine, UnknownProtocol
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
from requests.utils import get_environ_proxies, select_proxy

from seqruns.target.body import innermost, reason
from seqruns.target.errors import TargetError, TargetLostError

if TYPE_CHECKING:
    from collections.abc import Mapping

OTHER_PROTOCOL = "; a server that speaks only HTTP/2, or TLS, does this to a plain HTTP/1.1 request"
HUNG_UP_ON_TLS = (
    "; a server that wants a certificate of the client (--cert), or speaks no TLS, does this to a TLS connection"
)
OTHER_HOST = "its TLS certificate is that of another host ({}); is the base URL right?"
OLD_VERSION = "it speaks TLS in no version that is used still, 1.2 or 1.3 ({})"
# The first sign that is found decides, so the more telling ones come first: an expired certificate fails verification,
# and no `--cacert` helps against that.
HINTS: Mapping[str, str] = {
    "certificate has expired": "its TLS certificate has expired, or the clock here is wrong ({})",
    "not yet valid": "its TLS certificate is not valid yet, or the clock here is wrong ({})",
    "mismatch": OTHER_HOST,  # so says Python
    "doesn't match": OTHER_HOST,  # and so urllib3
    "CERTIFICATE_VERIFY_FAILED": "its TLS certificate is not accepted ({}); name its authority with --cacert",
    "CERTIFICATE_REQUIRED": "it wants a certificate of the client; send one with --cert",
    "certificate required": "it wants a certificate of the client; send one with --cert",
    "PROTOCOL_VERSION": OLD_VERSION,
    "UNSUPPORTED_PROTOCOL": OLD_VERSION,
    "UNRECOGNIZED_NAME": "it serves no host of that name over TLS ({}); is the base URL right?",
    "HANDSHAKE_FAILURE": "the TLS handshake fails ({}); perhaps it wants a certificate of the client, --cert",
    "WRONG_VERSION_NUMBER": "it does not speak TLS; is it http:// instead?",
}


def explain(error: Exception, base_url: str, timeout: float, *, until: int) -> str:
    """Return why there is no answer; raise TargetError where trying again cannot help.

    `until` is the number of the last request that was answered, 0 for none. After one it is a TargetLostError: a
    certificate that expires in the middle of a run is a target that is gone.
    """
    why = reason(error)
    if isinstance(error, requests.exceptions.ProxyError):
        return f"the proxy {_proxy(base_url)} does not let us through ({why})"
    if isinstance(error, requests.exceptions.SSLError):
        for sign, words in HINTS.items():
            if sign in why:
                where, told = urlsplit(base_url).netloc, words.format(why)
                if until:
                    raise TargetLostError(f"{where} answered until request {until}, and since then {told}") from None
                raise TargetError(f"{where}: {told}") from None
    if isinstance(error, requests.exceptions.Timeout):
        why = f"none in time; it had not ended after {timeout:g} seconds"
    proxy = _proxy(base_url)
    why += f", asked through the proxy {proxy}" if proxy else ""
    cause = innermost(error)
    if type(cause) in {BadStatusLine, UnknownProtocol}:
        why = f"what came is not HTTP/1.1, but begins with {why}"
    # urllib3 keeps Python's SSLEOFError as an argument of its own error, with no cause: only the words are left.
    is_cut = isinstance(error, requests.exceptions.SSLError) and "EOF occurred" in why
    hung_up = is_cut or isinstance(cause, BadStatusLine | ConnectionResetError | BrokenPipeError)
    if until or not hung_up:
        return why
    return why + (HUNG_UP_ON_TLS if base_url.startswith("https:") else OTHER_PROTOCOL)


def _proxy(base_url: str) -> str:
    """Return the address of the proxy that the environment names for a target, without credentials."""
    proxy = select_proxy(base_url, get_environ_proxies(base_url)) or ""
    # `http://user:password@proxy:3128` becomes `http://proxy:3128`.
    return proxy.rpartition("//")[0] + "//" * ("//" in proxy) + proxy.rpartition("//")[2].rpartition("@")[2]
