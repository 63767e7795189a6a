"""The laws of the policy core, and of the plans that the command adds, held against another evaluator."""
