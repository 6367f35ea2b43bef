"""Visavis: a marketplace where selling happens face to face.

Imports nothing: the launcher starts from here before any package is installed.
"""
