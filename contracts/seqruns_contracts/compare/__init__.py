"""Comparing two targets: the same queries to both, and in what they differ."""
