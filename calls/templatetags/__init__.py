"""Tags by which other pages learn something about calls."""
