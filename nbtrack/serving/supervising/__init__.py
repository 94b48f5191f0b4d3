"""The process that keeps an endpoint up: light, as it loads neither models nor a database."""
