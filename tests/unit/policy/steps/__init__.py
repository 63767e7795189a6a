"""What could be written, one candidate after the other: from the least change to the largest."""
