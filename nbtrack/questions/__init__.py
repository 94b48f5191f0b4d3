"""Named questions: each asks a store and returns records."""
