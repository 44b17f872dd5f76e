"""The other filters, alone and together."""
