"""Coupons: their templates, and granting each exactly once."""
