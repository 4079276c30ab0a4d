"""The least program for a command's work: run by path, in a process of its own, with json and httpx alone.

It reads and parses the definitions and the ledger, sends the requests that the command was seen to send, with the same
client, and parses each answer; where the command writes files, it writes as many. It decides nothing, compares nothing
and prints nothing.
"""

import json
import os
import sys
from typing import Any, TypeAlias

Request: TypeAlias = tuple[str, str, str, dict[str, str]]
"""Method, URL, body and headers."""


def contents(path: str) -> bytes:
    """Return what a file holds."""
    handle = os.open(path, os.O_RDONLY)
    try:
        return os.read(handle, os.fstat(handle).st_size)
    finally:
        os.close(handle)


def definitions(folder: str) -> list[Any]:
    """Return every definition of a folder, parsed."""
    with os.scandir(folder) as entries:
        return [json.loads(contents(entry.path)) for entry in entries if entry.name.endswith(".json")]


def exchanged(listing: list[Request], changes: list[list[Request]], concurrency: int) -> list[Any]:
    """Send requests, those of each change one after another and the changes side by side; return the parsed answers."""
    import ssl  # noqa: PLC0415 - not for work without a network

    import httpx  # noqa: PLC0415 - as above

    with httpx.Client(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), timeout=30) as client:

        def answer(request: Request) -> Any:  # noqa: ANN401 - what JSON holds
            method, url, body, headers = request
            got = client.request(method, url, content=body.encode() or None, headers=headers)
            return json.loads(got.content or b"null")

        found = [answer(request) for request in listing]
        if changes:
            from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - as above

            with ThreadPoolExecutor(concurrency) as pool:
                found += pool.map(lambda requests: [answer(request) for request in requests], changes)
        return found


def main(path: str) -> None:
    """Do the work that a file describes."""
    work = json.loads(contents(path))
    held = [definitions(work["definitions"])] if work["definitions"] else []
    held += [json.loads(contents(work["ledger"]))] if work["ledger"] else []
    if work["listing"]:
        held += [exchanged(work["listing"], work["changes"], work["concurrency"])]
    for number in range(work["files"]):
        with open(f"{work['scratch']}/{number}.json", "wb") as file:  # noqa: PTH123 - pathlib costs as much again
            file.write(work["text"].encode())
    if work["records"]:
        with open(f"{work['scratch']}/ledger", "w", encoding="utf-8") as ledger:  # noqa: PTH123 - as above
            ledger.write(json.dumps(held[-1]))


if __name__ == "__main__":
    main(sys.argv[1])
