"""Inputs, views and settings that only functions of coupons use."""
