"""One file for each outside engine."""
