"""What a model takes and gives: schemas, how they are inferred, and how they are enforced."""
