"""One run of the command in this process, and what it took: which modules it imported, and how often what was called.

Run by path: `counted.py FILE ARGUMENT…` runs the command and writes a JSON document to the file. It counts, and times
nothing. It has one processor, so that all work is in this process.
"""

import cProfile
import json
import os
import sys
from pathlib import Path

FIRST = sorted(sys.modules)


def main(told: Path, arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
    from reconciler.cli.main import run  # noqa: PLC0415 - what it imports is counted

    profile = cProfile.Profile(builtins=False)
    code = 0
    try:
        profile.runcall(run, arguments)
    except SystemExit as error:
        code = int(error.code or 0)
    calls: dict[str, int] = {}
    for entry in profile.getstats():
        if not isinstance(entry.code, str):
            top, package, file = ("", "", *Path(entry.code.co_filename).parts)[-3:]
            name = f"{top}/{package}/{file}:{entry.code.co_name}"
            calls[name] = calls.get(name, 0) + entry.callcount
    modules = sorted(sys.modules.keys() - set(FIRST))
    told.write_text(json.dumps({"modules": modules, "calls": calls}), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
