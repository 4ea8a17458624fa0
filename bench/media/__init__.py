"""What B6 needs: the bare pair to measure against, and a product with one reading to join."""
