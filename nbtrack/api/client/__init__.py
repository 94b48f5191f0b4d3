"""`MlflowClient`, one module a kind of things."""
