"""What the documentation says is what is there."""
