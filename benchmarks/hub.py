"""A pull request on a hub of its own, in another process: the hub of the tests, which is GitHub in a small way.

Runs from a checkout alone, where the tests are.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.measure import Command
from benchmarks.worlds import CONCURRENCY, FLOOR, RECONCILER, environment

TESTS = Path(__file__).parents[1] / "tests"
BRANCH = "proposal"


@contextmanager
def pull_request(folder: Path, definitions: int) -> Iterator[tuple[Command, Command]]:
    """Yield the plan of a pull request that adds so many definitions, as its job runs it, and the floor of that."""
    folder.mkdir()
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(str(folder), definitions, theirs), daemon=True)
    process.start()
    try:
        checkout, given = ours.recv()
        command = Command((str(RECONCILER), "github", "plan"), Path(checkout), {**environment(), **given})
        for _ in range(2):  # the second run finds the comment of the first, as every later one does
            subprocess.run(
                command.arguments,
                cwd=command.cwd,
                env=dict(command.environment),
                check=True,
                stdout=subprocess.DEVNULL,
            )
            ours.send("requests")
            asked = ours.recv()
        work = {
            "definitions": f"{checkout}/segments",
            "ledger": "",
            "listing": asked,
            "changes": [],
            "concurrency": CONCURRENCY,
            "files": 0,
            "text": "",
            "records": False,
            "scratch": str(folder),
        }
        described = folder / "floor.json"
        described.write_text(json.dumps(work), encoding="utf-8")
        yield command, Command((sys.executable, str(FLOOR), str(described)), folder, environment())
    finally:
        ours.send(None)
        process.join()


def _serve(folder: str, definitions: int, line: Connection) -> None:
    sys.path.insert(0, str(TESTS))
    from repository import KEY, VARIABLE  # noqa: PLC0415 - of the tests, which are on the path from here on
    from town import definition, town  # noqa: PLC0415 - as above

    with town(Path(folder), measured=False) as made:
        files: dict[str, str | None] = {
            f"segments/s{number:05}.json": definition(f"Segment {number}") for number in range(definitions)
        }
        made.propose(BRANCH, files)
        run = made.hub.start_run(workflow="plan.yml", event="pull_request", branch=BRANCH)
        job = Path(folder, "job")
        given = made.hub.environment("pull_request", run, made.token, job, workspace=job / "checkout")
        made.check_out(job / "checkout", given)
        line.send((str(job / "checkout"), {**given, VARIABLE: KEY}))
        while line.recv() is not None:
            line.send(_asked(made, KEY))


def _asked(made: Any, key: str) -> list[tuple[str, str, str, dict[str, str]]]:  # noqa: ANN401 - a town of the tests
    """Return what was asked of the vendor and of the hub since the last time."""
    root = made.endpoint.removesuffix("/v4")
    vendor = [(method, root + path, "", {"Authorization": f"Bearer {key}"}) for method, path in made.vendor.requests]
    hub = [
        (
            each.method,
            made.hub.url + each.path + (f"?{urlencode(each.query)}" if each.query else ""),
            json.dumps(each.body) if each.body is not None else "",
            {"Authorization": f"Bearer {made.token}"},
        )
        for each in made.hub.requests
    ]
    made.hub.requests.clear()
    made.vendor.clear_requests()
    return vendor + hub
