"""What an operator asks of a running house: each check has a verdict, a figure and a limit."""
