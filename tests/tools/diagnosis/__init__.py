"""What the doctor finds wrong."""
