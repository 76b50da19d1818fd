"""What `tools/bench.py` measures: rows as data, and the sides of each, timed in turn."""
