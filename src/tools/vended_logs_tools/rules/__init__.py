"""The rules, one a module, and what they share: what resolves texts, who waits for whom, what grants what."""
