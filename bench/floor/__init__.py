"""Bare applications: what the same work costs without a product around it."""
