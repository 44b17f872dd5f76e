"""What exhibits are made from: what one is, and replacements for parts of the mock."""
