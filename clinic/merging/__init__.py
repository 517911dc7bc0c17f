"""Putting together the two records of a client who was entered twice, and taking that apart again."""
