"""People: users, customers, sign-in, audit."""
