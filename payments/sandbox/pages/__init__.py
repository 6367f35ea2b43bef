"""What a person (or a browser test) sees."""
