"""Acts of disputes: atomic, keyword-only, with their instant."""
