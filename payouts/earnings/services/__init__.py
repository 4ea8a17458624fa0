"""Acts of earnings: atomic, keyword-only, with their instant."""
