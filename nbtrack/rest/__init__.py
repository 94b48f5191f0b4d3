"""What a page in a browser asks nbtrack over HTTP: routes that any host can serve."""
