"""The store: one file, or memory, shared and sometimes damaged."""

import gc
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from reconciler.emulator import make_app
from reconciler.emulator.app import Emulator
from reconciler.emulator.store import Store
from reconciler.emulator.tables import LOG_LENGTH, Kind, Record
from reconciler.errors import InvalidInput, VendorFailure

WRITER = """
import sys, httpx
from reconciler.emulator import make_app
with make_app("qonversion", sys.argv[1]) as app:
    with httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://emulator/v4") as client:
        client.headers["Authorization"] = "Bearer sk_1"
        shared = client.post("/segments", json={"name": "shared"}, headers={"Idempotency-Key": "k"})
        codes = {client.post("/segments", json={"name": "same"}).status_code for _ in range(25)}
        assert codes == {201} and shared.json()["id"] == "shared", (codes, shared.text)
"""


def test_memory_is_not_shared() -> None:
    """Two apps in memory are two projects."""
    with make_app("qonversion") as one, make_app("qonversion") as other:
        one.seed_many(1)

        assert (1, 0) == (len(one.segments()), len(other.segments()))


def test_file_outlives_the_app(tmp_path: Path) -> None:
    """A file is made with its folders, keeps the project, and is seeded once."""
    path = tmp_path / "a" / "b" / "store.db"
    with make_app("qonversion", path) as app:
        app.seed_many(1)
    with make_app("qonversion", str(path)) as app:
        found = [one["id"] for one in app.segments(system=True)]

    assert found == ["active-subscribers", "churned-users", "segment-00001"]


def test_transaction_that_fails_leaves_nothing() -> None:
    """What was done before an exception in a transaction is undone, and the store goes on."""
    store = Store(None, "qonversion", ())

    def half() -> None:
        with store.transaction() as tables:
            tables.add(Record(Kind.SEGMENT, "a", {"name": "a"}))
            raise KeyError

    with pytest.raises(KeyError):
        half()
    with store.transaction() as tables:
        found = tables.all(Kind.SEGMENT)

    assert found == []


def test_threads_lose_nothing(tmp_path: Path, connect: Callable[..., httpx.Client]) -> None:
    """Creates from several threads get different ids, in memory and in a file."""
    for store in (None, tmp_path / "store.db"):
        with make_app("qonversion", store) as app, ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda post: post("/segments", json={"name": "same"}), [connect(app).post] * 80))
            made = [answer.json()["id"] for answer in answers]

            assert 80 == len(set(made)) == len(app.segments())


def test_processes_lose_nothing(tmp_path: Path) -> None:
    """Creates from several processes get different ids; a shared idempotency key creates one segment."""
    path = tmp_path / "store.db"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path)]) for _ in range(4)]
    ended = [writer.wait(60) for writer in writers]
    with make_app("qonversion", path) as app:
        segments = app.segments()

    assert ended == [0] * 4
    assert 101 == len(segments) == len({one["id"] for one in segments})


def test_a_store_is_closed_when_nobody_uses_it() -> None:
    """Not under a transaction of another thread, which SQLite would not survive: that ends first, and is kept whole."""
    store = Store(None, "qonversion", ())
    within, closing = threading.Event(), threading.Event()
    counted: list[int] = []

    def use() -> None:
        with store.transaction() as tables:
            within.set()
            closing.wait()
            counted.append(len(tables.all(Kind.SEGMENT)))

    user, closer = threading.Thread(target=use), threading.Thread(target=store.close)
    user.start()
    within.wait()
    closer.start()
    closer.join(0.05)
    still_open = closer.is_alive()
    closing.set()
    user.join()
    closer.join()

    assert (True, [0]) == (still_open, counted)
    assert not store.close.alive


def damaged(path: Path) -> str:
    """Return what is said of a store that cannot be opened."""
    with pytest.raises(VendorFailure) as caught:
        make_app("qonversion", path)
    (problem,) = caught.value.problems
    assert ("emulator-store", True) == (problem.code, bool(problem.hint))
    assert problem.message.startswith(f"emulator store `{path}`: ")
    return problem.message


def database(path: Path, *statements: str) -> Path:
    """Carry out statements on a file, behind the store's back."""
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()
    return path


def test_garbage_is_said_to_be_damaged(tmp_path: Path) -> None:
    """A file that is no database is refused, and left as it is."""
    path = tmp_path / "store.db"
    path.write_bytes(b"garbage " * 1000)

    assert damaged(path).endswith("file is not a database")
    assert path.read_bytes() == b"garbage " * 1000


def test_folder_is_said_to_be_unreadable(tmp_path: Path) -> None:
    """A folder in the place of the file is refused."""
    assert damaged(tmp_path).endswith("unable to open database file")


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A file in the place of the folder is refused."""
    (tmp_path / "file").touch()

    assert "File exists" in damaged(tmp_path / "file" / "store.db")


@pytest.mark.parametrize("statement", ["CREATE TABLE other (x)", "PRAGMA user_version = 7"])
def test_database_of_another_program(tmp_path: Path, statement: str) -> None:
    """A database that is not a store is refused."""
    path = database(tmp_path / "store.db", statement)

    assert damaged(path).endswith("it is a database of another program, or of another version of this one")


@pytest.mark.parametrize(
    ("statement", "owner"), [("UPDATE store SET provider = 'push0'", "push0"), ("DELETE FROM store", "nobody")]
)
def test_store_of_another_vendor(tmp_path: Path, statement: str, owner: str) -> None:
    """A store belongs to the vendor that it was made for."""
    path = tmp_path / "store.db"
    make_app("qonversion", path).close()

    assert damaged(database(path, statement)).endswith(f"it belongs to `{owner}`, not to `qonversion`")


@pytest.mark.parametrize("statement", ["UPDATE objects SET body = '{'", "DROP TABLE objects"])
def test_damage_inside_is_answered_500(tmp_path: Path, connect: Callable[..., httpx.Client], statement: str) -> None:
    """Damage found while serving is an answer of the vendor's, and an error of the dashboard's."""
    with make_app("qonversion", tmp_path / "store.db") as app:
        database(tmp_path / "store.db", statement)
        response = connect(app).get("/segments/system")
        with pytest.raises(VendorFailure, match="emulator-store"):
            app.segments(system=True)

    assert (500, "internal", "unexpected_error") == (
        response.status_code,
        response.json()["error"]["type"],
        response.json()["error"]["code"],
    )


def test_closed_store_is_said_to_be_closed(app: Emulator, client: httpx.Client) -> None:
    """An app that was closed answers 500, and closing it twice is harmless."""
    app.close()
    app.close()

    assert client.get("/segments").status_code == 500


def test_forgotten_app_lets_go_of_its_file(tmp_path: Path) -> None:
    """An app that nobody closed closes its store when it is collected."""
    app = make_app("qonversion", tmp_path / "store.db")
    close = app._store.close  # noqa: SLF001
    del app
    gc.collect()

    assert not close.alive


def test_log_has_a_length(app: Emulator) -> None:
    """Only the newest requests are kept."""
    with app._store.transaction() as tables:  # noqa: SLF001
        for number in range(LOG_LENGTH + 2):
            tables.log("GET", str(number))

    assert (LOG_LENGTH, ("GET", "2")) == (len(app.requests), app.requests[0])


@pytest.mark.parametrize(
    ("provider", "hint"),
    [("qonversoin", "did you mean `qonversion`?"), ("zzz", "one of `qonversion`, `push0`, `kibamail`, `unleash`")],
)
def test_unknown_provider(provider: str, hint: str) -> None:
    """A provider without an emulator is invalid input."""
    with pytest.raises(InvalidInput) as caught:
        make_app(provider, None)

    assert [("unknown-provider", hint)] == [(problem.code, problem.hint) for problem in caught.value.problems]


def test_package_is_light() -> None:
    """Importing the package imports neither the web framework nor any app."""
    program = (
        "import sys, reconciler.emulator; print([name for name in sys.modules if 'werkzeug' in name or '.app' in name])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert said.stdout == "[]\n"
