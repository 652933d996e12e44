"""The error for problems on a developer's machine, explained in one line."""


class LocalFault(Exception):
    """The local cloud cannot start or continue. The message is one line that says what to do; no traceback is shown."""
