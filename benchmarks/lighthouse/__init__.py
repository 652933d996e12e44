"""Lighthouse on the first pages of both apps, as on a phone with a slow network."""
