"""The verbs' arguments, and what is done with them; no logic."""
