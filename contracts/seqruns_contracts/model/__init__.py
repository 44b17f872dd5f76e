"""What the contract says of any answer: pure functions over a census."""
