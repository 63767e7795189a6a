"""What is read of a live account."""
