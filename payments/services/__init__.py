"""The use cases of the money; the file names are the list."""
