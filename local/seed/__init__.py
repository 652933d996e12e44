"""The demo data of a local run, loaded through the public API, as an operator would load it."""

from local.seed.load import ADMIN_PASSWORD, ADMIN_USERNAME, STAFF_PASSWORD, seed

__all__ = ["ADMIN_PASSWORD", "ADMIN_USERNAME", "STAFF_PASSWORD", "seed"]
