"""Inputs, views and settings of coupons."""
