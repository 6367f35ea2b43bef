"""The sockets of the calls: the desk, and each side of a call."""
