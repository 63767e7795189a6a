"""What `vended-logs inject` adds to templates of every shape, and what it leaves alone."""
