"""Models behind HTTP: the scoring server, its workers and who watches over them."""
