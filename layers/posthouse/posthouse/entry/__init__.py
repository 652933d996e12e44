"""The outer layer of every function: settings, secrets, logs, HTTP, queues, and the mapping of errors to problems."""
