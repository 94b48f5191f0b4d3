"""Models: how they are written and read, the registry's acts, and what promotes a version."""
