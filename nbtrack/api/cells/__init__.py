"""Cells as runs: what a tracked cell is filled with, and cells as code to run again."""
