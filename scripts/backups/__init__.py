"""What `make backup` writes and `make restore` reads: one file for one moment of the product."""
