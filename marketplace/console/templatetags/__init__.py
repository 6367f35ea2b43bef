"""Tags of the console and the merchant's order pages."""
