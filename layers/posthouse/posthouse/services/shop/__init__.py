"""Goods, stock, guest accounts, and shop orders after their checkout."""
