"""Acts on readings. Keyword-only, atomic, each takes ``at``."""
