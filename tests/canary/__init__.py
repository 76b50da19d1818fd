"""A key and a password are looked for in everything that the package shows."""
