"""How scikit-learn is observed: its wrappers, who calls them, and what is told of a fit."""
