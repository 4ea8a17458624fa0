"""The API doors of accounts."""
