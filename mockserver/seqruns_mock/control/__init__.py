"""The control API: the data, troubles, clock and journal of the mock over HTTP."""
