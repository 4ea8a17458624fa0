"""Acts of wallet: atomic, keyword-only, with their instant."""
