"""What a version must pass before an alias moves to it: gates, their report, the way back."""
