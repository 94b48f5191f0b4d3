"""Runs and experiments: begun, found, ended."""
