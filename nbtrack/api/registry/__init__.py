"""The registry in calls: models, their versions and aliases, webhooks."""
