"""The laws of the policy core, held against an evaluator that shares no code with it."""
