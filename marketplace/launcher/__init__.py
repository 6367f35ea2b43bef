"""Starts, watches and stops everything the product needs on one machine.

The folder reads from the bottom up: `places` (where things lie), `errors`, `keys`, `locks`,
`ports`, `privileges` → `children`, `warden` → `binaries` → `postgres`, `valkey` → `roles` →
`servers` → `environment` → `product` → `cli`. `bootstrap.py` stands apart: it runs before
anything is installed.
"""
