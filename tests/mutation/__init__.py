"""Mutation testing of the policy core: each small fault put into it must make some test fail."""
