"""The checks that send requests, a module for each area; each gathers its own in `CHECKS`."""
