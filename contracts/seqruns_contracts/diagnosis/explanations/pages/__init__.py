"""How a page is put in order, cut, counted and printed."""
