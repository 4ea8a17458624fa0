"""What each endpoint does. An act takes the world and the checked parameters, and answers."""
