"""Posthouse: what its Lambda functions share. Imports point inward only: entry -> services -> store -> domain."""

__version__ = "0.1.0"
