"""Models as images, as services, and what runs them elsewhere."""
