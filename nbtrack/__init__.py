"""nbtrack: MLOps that lives in the notebook."""
