"""What is run for a release: whether it can be one, and the app without its transform."""
