"""The secret key is in no output and in no file, whatever a command does and however it fails."""

import base64
import html
import json
import socketserver
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from repository import COMMAND, KEY, VARIABLE, Ended, Repository
from unruly import PROD, SANDBOX, Meddled, configure, settle

from reconciler.emulator.faults import Fault, FaultKind

HARD = "test_sk_7Q+v/x=\"w\\y<z>&q'j%41~Zk3"
"""A key of which every way to write it differs."""

REPOSITORY = "reconciler.toml"
LOUD = ("-v", "--debug")


def written(key: str) -> dict[str, str]:
    """Return the ways to write a key, by name."""
    return {
        "plain": key,
        "without its prefix": key.removeprefix("test_sk_"),
        "JSON": json.dumps(key)[1:-1],
        "JSON, all escaped": "".join(f"\\u{ord(character):04x}" for character in key),
        "Python": repr(key)[1:-1],
        "Python bytes": repr(key.encode())[2:-1],
        "URL": quote(key, safe=""),
        "URL, small letters": quote(key, safe="").lower(),
        "path": quote(key),
        "HTML": html.escape(key),
        "Base64": base64.b64encode(key.encode()).decode().rstrip("="),
        "Base64 of the header": base64.b64encode(f"Bearer {key}".encode()).decode().rstrip("="),
    }


def leaks(key: str, ended: Ended, repository: Repository) -> list[str]:
    """Return where a key is: in which stream or file, and in which way of writing it."""
    places = {"stdout": ended.stdout, "stderr": ended.stderr}
    places |= {name: data.decode("utf-8", "replace") for name, data in repository.files().items()}
    places |= {f"the name of {name}": name for name in repository.files()}
    ways = written(key)
    return [f"{place}: {way}" for place, text in places.items() for way, form in ways.items() if form in text]


def answer(status: str, body: str | bytes, *headers: str, kind: str = "application/json") -> bytes:
    """Return an HTTP answer."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(data)}", "Connection: close"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + data


def page(*segments: dict[str, Any], **members: object) -> str:
    """Return a page of a list."""
    return json.dumps({"data": list(segments), "has_more": False, **members})


def segment(name: str, segment_id: str = "one", *conditions: dict[str, Any]) -> dict[str, Any]:
    """Return a segment as the vendor shows it."""
    return {"id": segment_id, "name": name, "is_system": False, "conditions": list(conditions)}


def everywhere(key: str) -> str:
    """Return a text with the key in each way to write it."""
    return " and ".join(form for way, form in written(key).items() if way != "without its prefix")


def escaped(key: str) -> str:
    """Return the inside of a JSON string that holds the key and nothing else, in escapes alone."""
    return written(key)["JSON, all escaped"]


Reply = Callable[[str, str], bytes]


def enveloped(status: int) -> Reply:
    """Return the reply that gives the key back in every part of an error's envelope."""

    def reply(_: str, key: str) -> bytes:
        details = [{"field": key, "message": everywhere(key)}, key]
        error = {"message": f"{everywhere(key)} is no key", "code": key, "details": details}
        return answer(f"{status} No", json.dumps({"error": error}))

    return reply


REPLIES: dict[str, Reply] = {
    **{f"a {status} in an envelope": enveloped(status) for status in (400, 401, 403, 404, 409, 422, 429, 500)},
    "an error in escapes": lambda _, key: answer("401 No", f'{{"error": {{"message": "{escaped(key)}"}}}}'),
    "an error that is text": lambda _, key: answer("500 No", everywhere(key), kind="text/plain"),
    "an error of a kind": lambda _, key: answer("500 No", "", kind=f"text/{key}"),
    "an error whose words are in the status": lambda _, key: answer(f"500 {key}", ""),
    "a web page": lambda _, key: answer("200 OK", f"<h1>{html.escape(key)}</h1> {everywhere(key)}", kind="text/html"),
    "a web page with an error": lambda _, key: answer("502 No", f"<h1>{everywhere(key)}</h1>", kind="text/html"),
    "headers": lambda _, key: answer("200 OK", page(), f"X-Key: {key}", f"Set-Cookie: key={quote(key)}"),
    "a redirect": lambda _, key: answer("302 No", "", f"Location: https://elsewhere.invalid/?key={quote(key)}&{key}"),
    "no HTTP": lambda _, key: key.encode() + b"\r\n\r\n",
    "a header line that is none": lambda _, key: f"HTTP/1.1 200 OK\r\n{key}\r\n\r\n".encode(),
    "a status that is none": lambda _, key: f"HTTP/1.1 {key} OK\r\n\r\n".encode(),
    "half an answer": lambda _, key: answer("200 OK", everywhere(key)).replace(b"Length: ", b"Length: 9"),
    "JSON of another shape": lambda _, key: answer("200 OK", json.dumps({key: everywhere(key), "data": key})),
    "a list with a wrong member": lambda _, key: answer("200 OK", page({**segment(key), "id": [key]})),
    "a cursor": lambda _, key: answer("200 OK", page(segment(key), has_more=True, next_cursor=everywhere(key))),
    "segments": lambda line, key: listed(
        line,
        page(
            segment(f"Users of {everywhere(key)}", "one", {**PROD, "value": everywhere(key)}),
            segment("Odd", f"id-{key}", {**PROD, "surprise": everywhere(key)}),
        ),
    ),
    "segments in escapes": lambda line, key: listed(
        line, page(segment("KEY"), segment("Other KEY", "KEY")).replace("KEY", escaped(key))
    ),
    "a name that is no text": lambda line, key: listed(line, page(segment("KEY \ud800")).replace("KEY", escaped(key))),
    "a refusal of each write": lambda line, key: (
        listed(line, page()) if line.startswith("GET") else answer("422 No", json.dumps({"error": everywhere(key)}))
    ),
    "an echo of each write": lambda line, key: (
        listed(line, page()) if "segments?" in line or "system" in line else answer("200 OK", json.dumps(segment(key)))
    ),
}


def listed(line: str, found: str) -> bytes:
    """Return the answer to a listing; the system segments are none."""
    return answer("200 OK", page() if "system" in line else found)


class Echo(socketserver.ThreadingTCPServer):
    """A vendor that knows nothing but how to give the key away."""

    daemon_threads = True

    def __init__(self, reply: Reply) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply = reply


class Handler(socketserver.StreamRequestHandler):
    """Reads one request, and sends what the reply makes of its first line and its key."""

    def handle(self) -> None:
        """Answer."""
        lines = [line.decode("latin-1").strip() for line in iter(self.rfile.readline, b"\r\n") if line]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        self.rfile.read(int(headers.get("content-length", 0)))
        assert isinstance(self.server, Echo)
        self.wfile.write(self.server.reply(lines[0], headers["authorization"].removeprefix("Bearer ")))


@contextmanager
def echoing(reply: Reply) -> Iterator[str]:
    """Serve such a vendor, and yield its endpoint."""
    with Echo(reply) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/v4"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
def test_a_vendor_that_echoes_the_key_does_not_get_it_into_an_output(tmp_path: Path, reply: Reply) -> None:
    """Wherever and however the vendor writes the key, no command shows or stores it."""
    with echoing(reply) as endpoint:
        repository = Repository(tmp_path / "repository", endpoint, {VARIABLE: HARD})
        configure(repository)
        repository.define("one", "One", PROD)
        repository.measured = False
        found = {
            " ".join(words): leaks(HARD, repository.run(*words, *LOUD), repository)
            for words in (
                ("plan", "--out", "plan.json"),
                ("plan", "--format", "markdown"),
                ("apply", "--yes", "--format", "json", "--out", "report.json"),
                ("drift",),
                ("snapshot", "--out", "live.json"),
                ("import", "--all"),
            )
        }

    assert {words: places for words, places in found.items() if places} == {}


@pytest.mark.parametrize("key", [KEY, HARD], ids=["an ordinary key", "a hard key"])
def test_no_command_that_succeeds_shows_or_stores_the_key(repository: Repository, meddled: Meddled, key: str) -> None:
    """The whole life of a repository, as loud as it gets."""
    repository.env = {VARIABLE: key}
    meddled.put_segment({"name": "Theirs", "conditions": [PROD]})
    repository.define("one", "One", PROD)
    found = {}
    for words in (
        ("validate",),
        ("fmt",),
        ("plan", "--out", "plan.json"),
        ("apply", "plan.json", "--yes", "--out", "report.json"),
        ("plan", "--format", "json"),
        ("plan", "--format", "markdown"),
        ("drift", "--format", "json", "--out", "drift.json"),
        ("snapshot", "--out", "live.json"),
        ("import", "--all"),
        ("ledger", "show", "--format", "json"),
        ("forget", "one"),
        ("ledger", "unlock"),
        ("targets", "--json"),
        ("schema", "config"),
        ("explain",),
        ("init",),
    ):
        ended = repository.run(*words, *LOUD)
        found[" ".join(words)] = (ended.code, leaks(key, ended, repository))

    assert {words: result for words, result in found.items() if result != (0, [])} == {}


@pytest.mark.parametrize("shown", ["text", "json", "markdown"])
@pytest.mark.parametrize("kind", list(FaultKind))
def test_no_failure_of_the_vendor_shows_the_key(
    repository: Repository, meddled: Meddled, kind: FaultKind, shown: str
) -> None:
    """Each fault of the emulator, at every request of an apply."""
    settle(repository, meddled, "alpha", "beta")
    repository.define("alpha", "Alpha", SANDBOX)
    repository.define("new", "New")
    meddled.faults = [Fault(kind)]

    ended = repository.run("apply", "--yes", "--format", shown, *LOUD)

    assert leaks(KEY, ended, repository) == []


@pytest.mark.parametrize(
    "key",
    [
        "test_sk_first77\nsecond88",
        "test_sk_first77\r\nX-Header: second88",
        "test_sk_first77 second88",
        "test_sk_first77\tsecond88",
        "test_sk_first77\x7fsecond88",
        "test_sk_first77\u00e9second88",
        "projectkey_first77second88",
        "sk_first77second88",
    ],
    ids=["newline", "header", "space", "tab", "control", "accent", "of another kind", "of production"],
)
@pytest.mark.parametrize("shown", ["text", "json"])
def test_a_key_that_cannot_be_one_is_refused_without_being_shown(
    repository: Repository, meddled: Meddled, key: str, shown: str
) -> None:
    """A key of the wrong form or kind is sent to nobody, and the message holds no part of it."""
    configure(repository, environment="sandbox")
    repository.env = {VARIABLE: key}

    ended = repository.run("plan", "--format", shown, *LOUD)

    assert (ended.code, meddled.requests) == (1, [])
    assert VARIABLE in ended.stderr or "the key" in ended.stderr
    assert [part for part in ("first77", "second88") if part in ended.stdout + ended.stderr] == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:1/v4",
        "http://nowhere.invalid/v4",
        "https://127.0.0.1:1/v4",
        "http://[::1]:1/v4",
    ],
)
def test_a_connection_that_fails_does_not_show_the_key(local: Repository, endpoint: str) -> None:
    """Nobody listens, or there is no such host."""
    configure(local, endpoint=endpoint)

    ended = local.run("plan", *LOUD)

    assert ended.code == 1
    assert leaks(KEY, ended, local) == []


@pytest.mark.parametrize(
    "words",
    [
        ["plan", KEY],
        ["plan", "--credential", KEY],
        ["plan", f"--key={KEY}"],
        ["plan", "--target", KEY],
        ["plan", "--live", KEY],
        ["apply", KEY, "--yes"],
        ["apply", "--expect-digest", KEY, "--yes"],
        ["validate", KEY],
        ["fmt", KEY],
        ["forget", KEY],
        ["import", "--id", KEY],
        ["explain", KEY],
        ["schema", KEY],
        [KEY],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("shown", ["text", "json"])
def test_a_key_that_was_put_into_the_command_line_is_not_repeated(
    local: Repository, words: list[str], shown: str
) -> None:
    """Whoever passes the key as an argument finds no copy of it in the log of the run."""
    ended = local.run(*words, "--format", shown, *LOUD)

    assert ended.code != 0
    assert leaks(KEY, ended, local) == []


@pytest.mark.parametrize(
    "line",
    [
        f'credential_env = "{KEY}"',
        f'endpoint = "https://user:{KEY}@vendor.example/v4"',
        f'endpoint = "https://vendor.example/v4?key={KEY}"',
        f'endpoint = "{KEY}"',
        f'credential = "{KEY}"',
        f'credential_env = "{KEY}',
    ],
)
@pytest.mark.parametrize("known", [True, False], ids=["and in the environment", "only"])
def test_a_key_that_was_put_into_the_configuration_is_not_repeated(
    local: Repository, line: str, *, known: bool
) -> None:
    """A file that should name a variable and holds the key is refused without showing what it holds."""
    members = {"provider": '"qonversion"', "definitions": '"segments"', "credential_env": f'"{VARIABLE}"'}
    lines = [f"{name} = {value}" for name, value in members.items() if name != line.partition(" ")[0]]
    local.configure("\n".join(["[targets.local]", *lines, line, ""]))
    local.env = {VARIABLE: KEY if known else ""}

    for words in (["plan"], ["targets"], ["validate", "--format", "json"]):
        ended = local.run(*words, *LOUD)

        assert ended.code == 3
        assert [leak for leak in leaks(KEY, ended, local) if not leak.startswith(REPOSITORY)] == []


def test_the_emulator_stores_no_key(tmp_path: Path) -> None:
    """What `emulate` prints and what it keeps in its store hold nothing of the requests' headers."""
    repository = Repository(tmp_path / "repository")
    with subprocess.Popen(
        [COMMAND, "emulate", "--port", "0", "--store", "store.sqlite"],
        cwd=repository.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        where = running.stdout.readline()
        configure(repository, endpoint=where.split()[2].rstrip(","))
        repository.define("one", "One", PROD)
        applied = repository.run("apply", "--yes", *LOUD)
        running.terminate()
        stdout, stderr = running.communicate(timeout=60)

    assert applied.code == 0
    assert leaks(KEY, applied, repository) == []
    assert leaks(KEY, Ended(0, where + stdout, stderr), repository) == []


def test_the_search_finds_what_it_looks_for(local: Repository) -> None:
    """A key in a file or an output is found in each way to write it, so that an empty result means something."""
    (local.root / "notes.txt").write_text(everywhere(HARD))

    found = leaks(HARD, Ended(0, HARD, ""), local)

    assert "stdout: plain" in found
    assert {leak.partition(": ")[2] for leak in found if leak.startswith("notes.txt")} == set(written(HARD))
