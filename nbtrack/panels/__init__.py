"""What is shown in a notebook: cards, graphs and tables, as HTML and as plain text."""
