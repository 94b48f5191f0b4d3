"""What an endpoint answered, kept in the store's journal for those who ask later."""

from nbtrack.serving.predictions.log import JournalLog, log_for

__all__ = ["JournalLog", "log_for"]
