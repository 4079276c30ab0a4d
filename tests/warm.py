"""A process that has imported the whole command and forks itself for each run of it.

A run is a process of its own, with its own arguments, environment, folder and standard streams, but without the start
of an interpreter: the table of exit codes alone runs the command hundreds of times. Tests of signals and of terminals
start the installed command itself.
"""

import atexit
import contextlib
import json
import os
import pkgutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any, NoReturn

COMMAND = Path(sys.executable).with_name("reconciler")
SECONDS = 120
READY = b"ready"
LENGTH = 4


class Warm:
    """The process, seen from the tests."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())], pass_fds=[theirs.fileno()]
            )
        self.running = 0
        """The number of the process that runs the command, or ran it last."""
        self._socket = ours
        self._socket.settimeout(SECONDS)
        assert self._socket.recv(len(READY)) == READY

    def run(self, arguments: Sequence[str], cwd: Path, env: Mapping[str, str], streams: Sequence[IO[Any]]) -> int:
        """Run the command with these standard streams, and return its exit code."""
        request = json.dumps({"arguments": list(arguments), "cwd": str(cwd), "env": dict(env)}).encode()
        head = len(request).to_bytes(LENGTH, "big")
        socket.send_fds(self._socket, [head], [stream.fileno() for stream in streams])
        self._socket.sendall(request)
        self.running = int.from_bytes(self._socket.recv(LENGTH), "big")
        return int.from_bytes(self._socket.recv(LENGTH), "big")

    def close(self) -> None:
        """End the process."""
        self._socket.close()
        self._process.wait()


@cache
def warm() -> Warm:
    """Return the one warm process of these tests, started when it is first needed."""
    made = Warm()
    atexit.register(made.close)
    return made


def run(arguments: Sequence[str], cwd: Path, env: Mapping[str, str], given: bytes) -> tuple[int, str, str]:
    """Run the command, and return its exit code, stdout and stderr.

    Where the environment holds something that an interpreter reads when it starts, an interpreter is started.
    """
    if any(name.startswith("PYTHON") and env[name] != os.environ.get(name) for name in env):  # noqa: TID251
        done = subprocess.run([COMMAND, *arguments], cwd=cwd, env=env, input=given, capture_output=True, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        stdin.write(given)
        stdin.seek(0)
        code = warm().run(arguments, cwd, env, (stdin, stdout, stderr))
        said = []
        for stream in (stdout, stderr):
            stream.seek(0)
            said.append(stream.read().decode())
    return code, said[0], said[1]


def serve(requests: socket.socket) -> None:
    """Fork for each request, and answer with the exit code."""
    import reconciler.cli  # noqa: PLC0415 - only in the process that is kept warm

    for module in pkgutil.walk_packages(reconciler.__path__, "reconciler."):
        import_module(module.name)
    for name in ("deepdiff", "jsonschema", "jsonschema_rs", "rich.console", "rich.text", "tree_sitter_json"):
        import_module(name)
    requests.sendall(READY)
    while True:
        head, descriptors, _, _ = socket.recv_fds(requests, LENGTH, 3)
        if not head:
            return
        size = int.from_bytes(head, "big")
        request = b""
        while len(request) < size:
            request += requests.recv(size - len(request))
        child = os.fork()
        if child == 0:
            requests.close()
            _become(json.loads(request), descriptors)
        requests.sendall(child.to_bytes(LENGTH, "big"))
        for descriptor in descriptors:
            os.close(descriptor)
        _, status = os.waitpid(child, 0)
        requests.sendall((os.waitstatus_to_exitcode(status) % 256).to_bytes(LENGTH, "big"))


def _become(request: dict[str, Any], descriptors: list[int]) -> NoReturn:
    from reconciler.cli.main import run as command  # noqa: PLC0415 - only in the process that is kept warm

    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
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
