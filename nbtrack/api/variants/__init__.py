"""Variants of an endpoint or of any frame, compared."""
