"""What the package says in Python's words, put in those of the command line: one table, which tests hold against the package's own text."""

from __future__ import annotations

import re
from typing import Final

from .._values import printable

# What an error of the package says -> what stands for it on a command line; the first that fits counts.
WORDS: Final = (
    ("give api_key=..., or set AEROSTACK_API_KEY", "give --api-key SOURCE before the command, or set AEROSTACK_API_KEY"),
    ("use credentials={scheme: value}", "use --credential SCHEME=SOURCE"),
    ("credentials={scheme: value}", "--credential SCHEME=SOURCE before the command"),
    ("use https, or allow_insecure_http=True", "use https, or --allow-insecure-http before the command"),
    ("credentials are given as api_key or credentials", "credentials are given by --api-key or --credential"),
    ("in body= and beside it", "in --body and beside it"),
    ("verify or cert: no TLS context", "SSL_CERT_FILE or SSL_CERT_DIR: no TLS context"),
    ("; give its URL, such as server='https://api.example.com/v1'", "; give its URL: --server https://api.example.com/v1"),
    ("give the whole URL, as in server=", "give the whole URL: --server "),
    ("server_variables: no value for", "server_variables, in a profile of the configuration: no value for"),
)

_ERRNO: Final = re.compile(r"\[Errno \d+\] ")


def worded(text: str) -> str:
    """A text of the package, in the words of the command line."""
    for python, words in WORDS:
        text = text.replace(python, words)
    return _ERRNO.sub("", text)


def usage_text(message: str) -> str:
    """A message of click's in the style of all others: no capital, no full stop, the option itself for "Invalid value for"."""
    text = message.removeprefix("Invalid value for ").rstrip()
    if text != message and text.startswith("'") and "': " in text:
        option, _, rest = text[1:].partition("': ")
        text = f"{option.partition(chr(39))[0]}: {rest}"
    text = text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"
    return text if text.endswith("...") else text.removesuffix(".")


def option_text(name: str, near: str) -> str:
    """That there is no such option."""
    return f"there is no option {printable(name, 100)}{near}"
