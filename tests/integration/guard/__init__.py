"""What the guard prints for CloudWatch to count, and what it logs."""
