"""The operators' console and the demo: part of the composition root."""
