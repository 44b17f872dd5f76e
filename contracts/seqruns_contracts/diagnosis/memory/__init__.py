"""What shows only in the order of requests: caches, filters that stay, states that differ."""
