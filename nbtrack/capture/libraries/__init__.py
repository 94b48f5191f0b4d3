"""Training libraries as they are observed, one file each."""
