"""`python -m beside MEASURE SIDE`."""

import sys

from beside.measures import measure

measure(sys.argv[1], sys.argv[2])
