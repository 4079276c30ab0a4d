"""By what a problem is known again in a later run, when its lines have moved. It never knows who asks for that."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable

from reconciler.errors import Problem

LINE = re.compile(r"\bline \d+")


def fingerprints(problems: Iterable[Problem]) -> list[str]:
    """Return one fingerprint a problem, each another: of its code, file and words, and which of several alike it is.

    Line and column are left out, also where a message names a line.
    """
    seen: Counter[str] = Counter()
    made = []
    for problem in problems:
        file = problem.place.file if problem.place else None
        said = json.dumps([problem.code, file, LINE.sub("line", problem.message)])
        made.append(hashlib.sha256(f"{seen[said]} {said}".encode()).hexdigest())
        seen[said] += 1
    return made
