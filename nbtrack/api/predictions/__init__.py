"""What models answered, and what turned out to be true of it."""
