"""How the models of each library are written, read and asked: one file a library."""
