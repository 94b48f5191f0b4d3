"""What an endpoint answered, kept in the store's journal for those who ask later."""
