"""What we tell a bank about a payment that it disputes, gathered from everything that is kept."""
