"""The pictures of the documentation, drawn from what the command itself shows."""
