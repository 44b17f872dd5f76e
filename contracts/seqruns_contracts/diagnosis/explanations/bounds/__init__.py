"""How a bound is read and compared."""
