"""What people see of an account on a terminal, in a pipe, and in the pictures."""
