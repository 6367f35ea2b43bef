"""What can go wrong at start, always told in one sentence."""


class LauncherError(Exception):
    """The launcher cannot go on; the message is meant for the person at the terminal."""


class AlreadyRunningError(LauncherError):
    """Another launcher holds this state folder."""


class PartDiedError(LauncherError):
    """A part ended although nobody asked it to; the message carries its last log lines."""
