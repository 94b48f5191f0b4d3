"""Files of runs and models: kept, fetched, read back."""
