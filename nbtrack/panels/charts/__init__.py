"""Charts of runs: for plotly where a page has it, and as still pictures that stay when saved."""
