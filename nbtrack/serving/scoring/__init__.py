"""The scoring server: requests read, a model asked, answers written, in MLflow's protocol."""
