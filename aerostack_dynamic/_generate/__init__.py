"""Instances of schemas, the same for the same words whatever runs: what a mock answers, what shows that two schemas differ.

Every instance is checked before it is given. Where it is not valid, others are tried, and then none is given; that none was found does not
prove that there is none.
"""

from __future__ import annotations

from ._generator import Generator
from ._instances import as_sent, instance_of
from ._place import Effort, NoInstanceError

__all__ = ["Effort", "Generator", "NoInstanceError", "as_sent", "instance_of"]
