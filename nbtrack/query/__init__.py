"""The language of filters and questions: pure values, no store."""
