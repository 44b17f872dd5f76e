"""What filters look at, and how they come together."""
