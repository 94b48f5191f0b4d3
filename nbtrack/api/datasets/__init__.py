"""Datasets: what they are, where they came from, and which run read them."""
