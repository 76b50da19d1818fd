"""What `tools/clients.py` measures: this package beside other clients of the same API."""
