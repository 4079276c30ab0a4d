"""The least program for a command's work: run by path, in a process of its own, with json and httpx alone.

It reads and parses the definitions and the ledger, sends the requests that the command was seen to send, with the same
client, and parses each answer; where the command writes files, it writes as many. It decides nothing, compares nothing
and prints nothing.
"""

import json
import os
import sys
from typing import Any


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


def exchanged(work: Any) -> list[Any]:  # noqa: ANN401 - what a JSON file holds
    """Send the requests, those that write side by side, and return the answers, parsed."""
    import ssl  # noqa: PLC0415 - not for work without a network

    import httpx  # noqa: PLC0415 - as above

    with httpx.Client(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), headers=work["headers"], timeout=30) as client:

        def answer(request: tuple[str, str, str]) -> Any:  # noqa: ANN401 - as above
            method, path, body = request
            got = client.request(method, work["root"] + path, content=body.encode() or None)
            return json.loads(got.raise_for_status().content or b"null")

        found = [answer(request) for request in work["requests"] if request[0] == "GET"]
        writes = [request for request in work["requests"] if request[0] != "GET"]
        if writes:
            from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - as above

            with ThreadPoolExecutor(work["concurrency"]) as pool:
                found += pool.map(answer, writes)
        return found


def main(path: str) -> None:
    """Do the work that a file describes."""
    work = json.loads(contents(path))
    held = [definitions(work["definitions"])] if work["definitions"] else []
    held += [json.loads(contents(work["ledger"]))] if work["ledger"] else []
    found = exchanged(work) if work["requests"] else []
    for number in range(work["files"]):
        with open(f"{work['scratch']}/{number}.json", "wb") as file:  # noqa: PTH123 - pathlib costs as much again
            file.write(work["file"].encode())
    if work["records"]:
        with open(f"{work['scratch']}/ledger.json", "w", encoding="utf-8") as ledger:  # noqa: PTH123 - as above
            ledger.write(json.dumps(held or found))


if __name__ == "__main__":
    main(sys.argv[1])
