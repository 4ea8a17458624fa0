"""What the load run is made of: a thousand readings and three hundred viewers at once."""
