"""The live order form, the information request, the confirmation and the order."""
