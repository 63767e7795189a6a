"""The function whole, against a simulated CloudWatch Logs API."""
