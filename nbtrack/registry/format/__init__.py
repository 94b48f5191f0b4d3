"""A model on the disk, as MLflow lays it out: the MLmodel file, environments, digests."""
