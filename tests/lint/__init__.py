"""Is the project in order: the template, what the repository for serverless apps accepts, events, versions."""
