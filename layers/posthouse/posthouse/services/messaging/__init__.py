"""The outbox relay, dead letters, and the messages of an order."""
