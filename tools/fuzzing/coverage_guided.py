"""atheris on one target for some seconds. `python -m fuzzing.coverage_guided TARGET SECONDS SEED`, where atheris is installed."""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """See the module's docstring. Ends the process: with 77 when something was found, which is printed as base64 and in Python's words."""
    import atheris

    name, seconds, first = sys.argv[1:]
    with atheris.instrument_imports(include=["aerostack_dynamic", "h11"]):
        from .targets import SEEDS, TARGETS
    logging.getLogger("aerostack_dynamic").disabled = True
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    for number, data in enumerate(SEEDS[name]):
        (folder / f"seed{number}").write_bytes(data)
    options = [f"-max_total_time={int(float(seconds))}", f"-seed={first}", "-max_len=4000", "-print_final_stats=1", "-timeout=20"]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={folder}/", str(folder)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
