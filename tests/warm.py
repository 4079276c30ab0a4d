"""A process that has imported the whole command and forks itself for each run of it, or for several at once.

A run is a process of its own, with its own arguments, environment, folder and standard streams, but without the start
of an interpreter: the table of exit codes alone runs the command hundreds of times. Tests of signals and of terminals
start the installed command itself.
"""

import atexit
import contextlib
import gc
import json
import os
import pkgutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import IO, Any, NoReturn

COMMAND = Path(sys.executable).with_name("reconciler")
SECONDS = 120
READY = b"ready"
LENGTH = 4
STREAMS = 3
MEASURES = "COVERAGE_PROCESS_"
"""How the names of the variables begin by which a new process is told to count lines."""
LATE = ("deepdiff", "httpcore", "jsonschema", "jsonschema_rs", "rich.console", "rich.text", "tree_sitter_json")
"""What is imported where it is first needed."""

MOST = 32
"""How many commands may run at the same time."""


@dataclass(frozen=True)
class Run:
    """One run of the command: its arguments, folder and environment, and after how many seconds it begins."""

    arguments: list[str]
    cwd: str
    env: dict[str, str]
    after: float = 0


def unmeasured() -> dict[str, str]:
    """Return the environment of the tests, in which no process counts lines."""
    return {key: value for key, value in os.environ.items() if not key.startswith(MEASURES)}  # noqa: TID251


class Warm:
    """The process, seen from the tests. Which lines its runs reach is measured only where that is asked for."""

    def __init__(self, *, measured: bool) -> None:
        ours, theirs = socket.socketpair()
        env = None if measured else unmeasured()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())], pass_fds=[theirs.fileno()], env=env
            )
        self.running = 0
        """The number of the process that runs the command, or ran it last; of several, that of the first."""
        self._socket = ours
        self._socket.settimeout(SECONDS)
        assert self._socket.recv(len(READY)) == READY

    def run(self, runs: Sequence["Run"], streams: Sequence[IO[Any]]) -> list[tuple[int, int]]:
        """Run commands at the same time, with three standard streams each; return their exit codes and process ids."""
        request = json.dumps([asdict(run) for run in runs]).encode()
        head = len(request).to_bytes(LENGTH, "big")
        socket.send_fds(self._socket, [head], [stream.fileno() for stream in streams])
        self._socket.sendall(request)
        self.running = int.from_bytes(self._socket.recv(LENGTH), "big")
        answers: list[tuple[int, int]] = json.loads(_received(self._socket))
        return answers

    def close(self) -> None:
        """End the process."""
        self._socket.close()
        self._process.wait()


@cache
def warm(*, measured: bool = True) -> Warm:
    """Return the one warm process of these tests, or the one that is not measured, started when first needed.

    To measure a run costs more than the run: tests that run the same command hundreds of times do without.
    """
    made = Warm(measured=measured)
    atexit.register(made.close)
    return made


def run(
    arguments: Sequence[str], cwd: Path, env: Mapping[str, str], given: bytes, *, measured: bool = True
) -> tuple[int, str, str]:
    """Run the command, and return its exit code, stdout and stderr.

    Where the environment holds something that an interpreter reads when it starts, an interpreter is started.
    """
    if any(name.startswith("PYTHON") and env[name] != os.environ.get(name) for name in env):  # noqa: TID251
        done = subprocess.run([COMMAND, *arguments], cwd=cwd, env=env, input=given, capture_output=True, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()
    [(code, _, stdout, stderr)] = together([Run(list(arguments), str(cwd), dict(env))], given, measured=measured)
    return code, stdout, stderr


def together(runs: Sequence[Run], given: bytes = b"", *, measured: bool = True) -> list[tuple[int, int, str, str]]:
    """Run commands at the same time, and return the exit code, process id, stdout and stderr of each."""
    with contextlib.ExitStack() as stack:
        streams = [[stack.enter_context(tempfile.TemporaryFile()) for _ in range(STREAMS)] for _ in runs]
        for stdin, *_ in streams:
            stdin.write(given)
            stdin.seek(0)
        ended = warm(measured=measured).run(runs, list(chain.from_iterable(streams)))
        said = [[_text(stream) for stream in outputs] for _, *outputs in streams]
    return [(code, pid, stdout, stderr) for (code, pid), (stdout, stderr) in zip(ended, said, strict=True)]


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode()


def _received(source: socket.socket) -> bytes:
    size = int.from_bytes(source.recv(LENGTH, socket.MSG_WAITALL), "big")
    return source.recv(size, socket.MSG_WAITALL)


def serve(requests: socket.socket) -> None:
    """Fork for each run of a request, and answer with their exit codes and process ids.

    Every module is imported, so that also one that no test reaches is among those whose lines are counted.
    """
    import reconciler.cli  # noqa: PLC0415 - only in the process that is kept warm

    for module in pkgutil.walk_packages(reconciler.__path__, "reconciler."):
        import_module(module.name)
    for name in (
        "deepdiff",
        "httpcore",
        "jsonschema",
        "jsonschema_rs",
        "rich.console",
        "rich.text",
        "tree_sitter_json",
    ):
        import_module(name)
    if measuring := sys.modules.get("coverage"):
        measuring.Coverage.current().save()  # or each run would write it again
    gc.freeze()
    requests.sendall(READY)
    while True:
        head, descriptors, _, _ = socket.recv_fds(requests, LENGTH, MOST * STREAMS)
        if not head:
            return
        size = int.from_bytes(head, "big")
        runs = json.loads(requests.recv(size, socket.MSG_WAITALL))
        children = [
            _forked(requests, run, descriptors, descriptors[number * STREAMS :][:STREAMS])
            for number, run in enumerate(runs)
        ]
        requests.sendall(children[0].to_bytes(LENGTH, "big"))
        for descriptor in descriptors:
            os.close(descriptor)
        ended = [(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) % 256, child) for child in children]
        answer = json.dumps(ended).encode()
        requests.sendall(len(answer).to_bytes(LENGTH, "big") + answer)


def _forked(requests: socket.socket, run: dict[str, Any], descriptors: list[int], streams: list[int]) -> int:
    child = os.fork()
    if child == 0:
        requests.close()
        for descriptor in set(descriptors) - set(streams):
            os.close(descriptor)
        _become(run, streams)
    return child


def _become(request: dict[str, Any], descriptors: list[int]) -> NoReturn:
    from reconciler.cli.main import run as command  # noqa: PLC0415 - only in the process that is kept warm

    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    time.sleep(request["after"])
    os.chdir(request["cwd"])
    os.environ.clear()  # noqa: TID251 - as a new process has it
    os.environ.update(request["env"])  # noqa: TID251
    sys.argv = ["reconciler", *request["arguments"]]
    code = 1
    try:
        command()
    except SystemExit as error:
        code = int(error.code or 0)
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):
                stream.flush()
        os._exit(code)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as given:
        serve(given)
