"""The edge of every function: settings, secrets, logs, HTTP, queues, and errors turned into problems."""
