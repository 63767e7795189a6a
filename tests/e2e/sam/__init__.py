"""The real SAM CLI, as its users run it, against the local cloud."""
