"""How much room a policy needs."""

from typing import Final

ENTRY: Final = 110
"""Characters of an entry that AWS adds: 47 before the log group's name, 45 of name, 18 after it and around."""
NEARLY_FULL: Final = 5 * ENTRY
"""Less room than this is told of."""
