"""Acts: keyword-only, told the time, never importing doors."""
