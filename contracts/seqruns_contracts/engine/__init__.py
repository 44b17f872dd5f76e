"""Asking a target, settling what looks wrong, finding the shortest evidence."""
