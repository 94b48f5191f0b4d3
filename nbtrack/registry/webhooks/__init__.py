"""Events of the registry told: to URLs by signed deliveries, to handlers in Python."""
