"""A bank takes money back, or warns that it may."""
