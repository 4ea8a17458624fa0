"""What can go wrong while an embedded server starts."""


class ServerUnavailable(RuntimeError):
    """An embedded server could not be found or did not start; the message says what to do."""
