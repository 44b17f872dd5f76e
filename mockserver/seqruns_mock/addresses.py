"""Hosts and the URLs that lead to them."""

from __future__ import annotations

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Return whether a host name or address is this machine itself."""
    name = host.strip("[]").lower()
    # Every name below `localhost` is loopback, by RFC 6761, and browsers take it for that.
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def root_url_of(host: str, port: int, *, tls: bool = False) -> str:
    """Return the URL of a server, without a path; a server on all addresses is reached on loopback."""
    host = {"0.0.0.0": "127.0.0.1", "*": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - it is replaced, not bound
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
