"""The Stripe sandbox: a separate local process that speaks Stripe's HTTP API.

The product talks to it through the official SDK with only `base_addresses` changed. It knows
nothing of Django or of our apps; the installed `stripe` package is its specification (see
`contract/`). Start it with `python -m payments.sandbox --port 12111 --database sandbox.sqlite3`.
"""
