"""Cases between client and reader: opened, answered, decided, appealed."""
