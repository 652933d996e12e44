"""Posthouse: what its Lambda functions share. Imports point inward only: entry -> services -> store -> domain."""

import gc

__version__ = "0.1.0"

# Nearly all that imports and clients make stays: looking for garbage in it took a sixth of each cold start.
gc.set_threshold(150_000, 10, 10)
