"""Pages and what they are cut from: limit, offset, the whole list."""
