"""Acts of chargebacks: atomic, keyword-only, with their instant."""
