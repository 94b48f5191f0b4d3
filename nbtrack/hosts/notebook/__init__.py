"""The IPython extension: magics, and the hooks around each cell."""
