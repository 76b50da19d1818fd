"""Bodies of requests, as a transport gets them."""
