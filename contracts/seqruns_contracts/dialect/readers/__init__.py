"""The readers of dimensions, by what they look at: each says which value a target's answers show."""
