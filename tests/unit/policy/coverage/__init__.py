"""What one statement says of another, and whether policies give a grant."""
