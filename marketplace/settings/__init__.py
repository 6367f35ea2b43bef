"""Settings: base, and what differs per environment."""
