"""`python -m aerostack_dynamic`: the same as the command `aerostack-dynamic`."""

from __future__ import annotations

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
