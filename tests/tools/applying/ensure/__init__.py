"""`vended-logs ensure`: shown, agreed to, backed up, written, and nothing else."""
