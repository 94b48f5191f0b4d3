"""MLflow's vocabulary in Python."""
