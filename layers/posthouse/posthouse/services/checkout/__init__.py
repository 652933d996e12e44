"""The checkout saga of the shop: an order is priced, then taken step by step, or undone."""
