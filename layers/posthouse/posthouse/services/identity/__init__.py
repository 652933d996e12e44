"""Guests and staff: login, account deletion, and the key that signs tokens."""
