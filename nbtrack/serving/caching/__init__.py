"""Answers that are given again for a while: in a worker's memory, or in Redis for all."""
