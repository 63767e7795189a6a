"""``python -m vended_logs_tools`` is ``vended-logs``."""

import sys

from vended_logs_tools.cli import main

if __name__ == "__main__":
    sys.exit(main())
