"""The house: inputs and views."""
