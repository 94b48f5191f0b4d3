"""What can be asked over HTTP, one module a noun; `rest.routes` has them all in one table."""
