"""Calls: endpoint, published address, call request, ring, signalling."""
