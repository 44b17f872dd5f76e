"""Answers in a dialect: what the contract leaves open is done as another implementation does it."""
