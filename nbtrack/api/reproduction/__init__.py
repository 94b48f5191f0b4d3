"""Results made again as a notebook, and checked."""
