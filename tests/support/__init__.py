"""What several kinds of tests share: the template as data, and the functions that it names."""
