"""The use cases of a merchant's own affairs, one file each."""
