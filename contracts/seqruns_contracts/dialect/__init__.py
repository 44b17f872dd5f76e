"""What a target is like: from its answers to what it does in each dimension of a dialect."""
