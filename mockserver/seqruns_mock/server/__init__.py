"""Bytes: Granian, sockets and TLS."""
