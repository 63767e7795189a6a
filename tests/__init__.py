"""The tests, each folder named after what it tests, or after what it needs: an engine (e2e), moto (integration)."""
