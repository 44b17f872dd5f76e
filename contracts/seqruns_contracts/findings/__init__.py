"""What was found out: verdicts, findings and the report that holds them, without any secret in it."""
