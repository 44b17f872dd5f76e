"""Asking a target, judging its answers, finding the shortest evidence."""
