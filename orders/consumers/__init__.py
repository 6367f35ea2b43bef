"""The sockets of forms and orders."""
