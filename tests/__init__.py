"""The tests, by what they need: nothing (unit, lint), moto (integration), the local cloud (e2e)."""
