"""Inputs and views of reports."""
