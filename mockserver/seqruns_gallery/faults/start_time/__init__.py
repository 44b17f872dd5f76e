"""`before` and `after`: what a window is, how date-times are spelled, what they mean."""
