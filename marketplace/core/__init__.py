"""Shared parts that know no app."""
