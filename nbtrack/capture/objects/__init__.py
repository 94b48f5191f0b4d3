"""Values looked at without touching them: what they hold, and whether it changed."""
