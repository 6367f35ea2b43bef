"""What members fill in about their merchant."""
