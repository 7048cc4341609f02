"""What data comes from and goes to, one file or folder a kind."""
