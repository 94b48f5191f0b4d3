"""Batch scoring: any data, in bounded memory, on one machine or many."""
