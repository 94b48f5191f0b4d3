"""The read side: journals become rows, questions become answers."""
