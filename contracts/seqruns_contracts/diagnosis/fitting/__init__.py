"""Which explanations foresee what came: a page held against a pipeline, and the search."""
