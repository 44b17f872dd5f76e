"""The runs and what can be asked of them: no HTTP, no Flask."""
