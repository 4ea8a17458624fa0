"""Acts on evidence: seal, add, reveal, export. Each is logged."""
