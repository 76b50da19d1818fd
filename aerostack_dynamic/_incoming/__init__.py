"""A request as the document reads it, the reverse of what `_request` does: which operation it is for, what its arguments are, and what
is wrong with them. Mocks judge what they are sent by it, and recordings of other tools are read with it.
"""

from __future__ import annotations

from ._body import describe, sent_file, with_files
from ._credentials import missing_credentials
from ._find import Below, Found, find_operation, find_operations
from ._judging import argument_problems, files_within, is_description
from ._reading import Incoming, read_request

__all__ = [
    "Below",
    "Found",
    "Incoming",
    "argument_problems",
    "describe",
    "files_within",
    "find_operation",
    "find_operations",
    "is_description",
    "missing_credentials",
    "read_request",
    "sent_file",
    "with_files",
]
