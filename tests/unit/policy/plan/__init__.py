"""A plan: the grant stands after it, nobody loses, nobody gains beyond what was asked for, and it fits."""
