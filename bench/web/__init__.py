"""Serving over HTTP and asking in bulk, for the benches of pages and API."""
