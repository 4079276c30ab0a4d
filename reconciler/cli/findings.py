"""What `validate` finds, or why it could not, in the formats that CI systems show beside the lines."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import assert_never

from reconciler.cli.output import Findings
from reconciler.errors import ExitCode, Problem


def written(form: Findings, problems: Sequence[Problem], exit_code: ExitCode, *, ran: bool) -> str:
    """Return problems in this format; `ran` says that the definitions were looked at."""
    match form:
        case Findings.GITHUB:
            return _commands(problems)
        case Findings.SARIF:
            from reconciler.catalogue import entries
            from reconciler.render.sarif import sarif

            catalogue = {code: (entry.means, entry.example) for code, entry in entries().items()}
            return sarif(problems, catalogue, exit_code=exit_code, ran=ran)
        case Findings.GITLAB:
            from reconciler.render.code_quality import code_quality

            return code_quality(problems)
        case _:
            assert_never(form)


def _commands(problems: Sequence[Problem]) -> str:
    """Return annotations, and all problems in words behind them where not all of them could be annotated."""
    from reconciler.render.annotations import MOST, annotations, fenced_log
    from reconciler.render.terminal import problems as worded

    shown = annotations(problems)
    if max(Counter(problem.severity for problem in problems).values(), default=0) <= MOST:
        return shown
    words = worded(tuple(problems), colour=False, width=None)
    return shown + fenced_log(words, hashlib.sha256(words.encode(errors="backslashreplace")).hexdigest())
