"""Troubles: what a network and a busy service do to right answers, on request and seeded."""
