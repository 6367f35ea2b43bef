"""What the sandbox remembers: one module per table, each owning its SQL."""
