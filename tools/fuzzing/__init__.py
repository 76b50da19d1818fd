"""Fuzzing: any bytes where bytes come from outside. Each target takes bytes and raises AssertionError when a promise is broken."""
