"""One file for each engine that carries streams."""
