"""A grid's boundary on our own ground."""
