"""Facts: what is written down, declared once."""
