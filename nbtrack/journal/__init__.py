"""Append-only files, one per process: no database stands between a cell and its record."""
