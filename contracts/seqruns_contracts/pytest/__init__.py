"""The checks as pytest items."""
