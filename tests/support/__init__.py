"""Code that several kinds of tests use: the template as data, and its functions."""
