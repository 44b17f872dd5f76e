"""The web page of the mock: explore the runs, watch the requests, read the reference, throw the switches."""
