"""Where surfaces are joined: the command line, later the notebook and servers."""
