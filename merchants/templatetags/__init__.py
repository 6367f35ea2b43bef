"""Template tags of the merchants."""
