"""Make sure that CloudWatch Logs accepts vended logs, and lose no grant in doing so."""
