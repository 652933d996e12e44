"""Pure values and rules: no AWS, no environment, no clock."""
