"""Inputs and views of the front desk."""
