"""Lawful servers that are no mock: small WSGI applications in the ways of well-known frameworks and languages.

Each does what the contract leaves open as its framework would. They share the filtering and nothing of the mock but
its runs, so that what a dialect cannot say shows here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contracts.dialect.servers import compiled, databases, java_and_dotnet, javascript, odd, python, ruby_and_php
from tests.contracts.dialect.servers.endpoint import Server

if TYPE_CHECKING:
    from collections.abc import Mapping

MODULES = (python, javascript, java_and_dotnet, ruby_and_php, compiled, databases, odd)
SERVERS: Mapping[str, type[Server]] = {
    name: kind
    for module in MODULES
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, Server) and kind is not Server
}
"""All of them, by their names."""
