"""What can be done with calls. Every function works inside the scope its caller has entered."""
