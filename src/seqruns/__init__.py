"""A mock server and a contract-testing kit for one endpoint, *List Sequence Runs*."""

__version__ = "0.1.0"
