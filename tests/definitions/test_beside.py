"""Work that is shared with forked processes: complete and in order, whatever becomes of them."""

import os
import resource
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.core.segment import Json
from reconciler.definitions.beside import CHUNK, FEWEST, shared
from reconciler.definitions.load import Loaded, load
from reconciler.providers.qonversion import FORM

ITEMS = range(FEWEST + CHUNK // 2)


@pytest.fixture(params=[1, 2], ids=["one processor", "two"])
def processors(request: pytest.FixtureRequest) -> Iterator[int]:
    """Run on so many processors, as far as there are."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[: request.param])
    yield request.param
    os.sched_setaffinity(0, before)


@pytest.mark.usefixtures("processors")
def test_every_result_comes_back_in_its_place() -> None:
    """Also where the last chunk is not full, and what else there was to do is done."""
    done: list[str] = []

    assert [number * number for number in ITEMS] == list(shared(ITEMS, lambda x: x * x, lambda: done.append("x")))
    assert ["x"] == done


def test_few_items_are_worked_on_here() -> None:
    """A fork would cost more than it saves."""
    assert {os.getpid()} == set(shared(range(FEWEST - 1), lambda _: os.getpid(), lambda: None))


def test_another_process_works_too() -> None:
    """While this one does something else, it takes all that there is."""

    def wait() -> None:
        os.read(reading, 1)

    reading, writing = os.pipe()
    here = os.getpid()

    def work(number: int) -> Json:
        if number == ITEMS[-1]:
            os.write(writing, b"x")
        return os.getpid() != here

    assert {True} == set(shared(ITEMS, work, wait))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=lambda each: each.name)
def test_what_a_process_that_was_killed_had_taken_is_not_there(how: signal.Signals) -> None:
    """It is None, for whoever asked to do it himself; the rest is there."""
    here = os.getpid()

    def work(number: int) -> Json:
        if os.getpid() != here:
            os.kill(os.getpid(), how)
        return number

    found = list(shared(ITEMS, work, lambda: None))

    assert len(ITEMS) == len(found)
    assert [number for number in ITEMS if found[number] is not None] == [each for each in found if each is not None]


def test_a_result_that_cannot_be_told_is_not_there() -> None:
    """What another process cannot write down is None too."""
    here = os.getpid()

    def work(number: int) -> Any:  # noqa: ANN401 - what no result may be
        return number if os.getpid() == here else object()

    found = list(shared(ITEMS, work, lambda: None))

    assert {type(None), int} >= {type(each) for each in found}


@pytest.mark.parametrize("free", [1, 2, 3, 4], ids=lambda free: f"{free} descriptors")
def test_without_pipes_to_be_had_all_is_done_here(free: int) -> None:
    """A limit on open files makes it slower, and no worse; none is left open."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.dup(0)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest + free, before[1]))
    try:
        found = list(shared(ITEMS, lambda number: number, lambda: None))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert list(ITEMS) == found
    assert lowest == os.dup(0)
    os.close(lowest)


def test_no_process_is_left_behind_where_the_rest_fails() -> None:
    """An error of what is done meanwhile is raised, and whoever was forked is gone."""
    reading, writing = os.pipe()
    here = os.getpid()
    forked: list[int] = []

    def work(number: int) -> Json:
        if os.getpid() != here:
            os.write(writing, f"{os.getpid():>20}".encode())
            signal.pause()
        return number

    def fail() -> None:
        forked.append(int(os.read(reading, 20)))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(shared(ITEMS, work, fail))
    with pytest.raises(ProcessLookupError):
        os.kill(forked[0], 0)


@pytest.fixture
def many(tmp_path: Path) -> Callable[[], Loaded]:
    """Return what loads a folder of so many files that they are shared, some of them wrong in each way."""
    for number in ITEMS:
        (tmp_path / f"s{number:04}.json").write_text(f'{{"name": "S{number // 2 * 2 if number > 2100 else number}"}}')
    (tmp_path / "s0003.json").write_text("{")
    (tmp_path / "s0400.json").write_text('{"name": 1}')
    (tmp_path / "s0900.json").write_text('{"name": "${nobody}"}')
    (tmp_path / "s1500.json").write_text(
        '{"name": "A", "conditions": [{"metric": "x", "comparator": "eq", "value": "1"}]}'
    )
    (tmp_path / "s2000.json").write_text('{"name": "B", "reconciler": {"previously": ["s2001"], "protected": true}}')
    return lambda: load(tmp_path, shown="s", provider="qonversion", variables={}, form_findings=FORM.findings)


def test_a_folder_reads_alike_whoever_reads_it(many: Callable[[], Loaded]) -> None:
    """Definitions and problems are the same, to the column, whether files are shared or not."""
    before = os.sched_getaffinity(0)
    shared_out = many()
    os.sched_setaffinity(0, [min(before)])
    try:
        alone = many()
    finally:
        os.sched_setaffinity(0, before)

    assert shared_out == alone
    assert {"syntax", "wrong-type", "unknown-variable", "unknown-metric", "previously-exists", "duplicate-name"} <= {
        problem.code for problem in alone.problems
    }
