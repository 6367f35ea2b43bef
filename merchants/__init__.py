"""Who sells, who works there, and the scope everything of theirs lives in."""
