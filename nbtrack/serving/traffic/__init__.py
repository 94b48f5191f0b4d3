"""Which variant answers a request, and when a canary is taken out; without NumPy."""
