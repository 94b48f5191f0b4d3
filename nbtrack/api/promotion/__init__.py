"""Versions put in the place of others: approved, promoted, compared, rolled back."""
