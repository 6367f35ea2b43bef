"""What can be done with forms and orders; one file per use case."""
