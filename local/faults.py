"""What goes wrong on a developer's machine, said in one line."""


class LocalFault(Exception):
    """The local cloud cannot start or go on. Its message is one line that says what to do, shown without traceback."""
