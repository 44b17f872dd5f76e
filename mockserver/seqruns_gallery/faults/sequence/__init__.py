"""Faults of the sequence in the path."""
