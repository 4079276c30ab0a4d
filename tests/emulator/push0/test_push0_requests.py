"""What Push0's pages say of keys, content types and routes, and the switches as text, asked of the emulator."""

from dataclasses import fields
from typing import Any

import httpx
import pytest

from reconciler.emulator import parse_switches
from reconciler.emulator.app import Emulator
from reconciler.emulator.push0_switches import ErrorShape, Push0Switches

PHONE: dict[str, Any] = {"field": "type", "relation": "==", "value": "phone"}
PHONES: dict[str, Any] = {"name": "Phones", "constraints": [{"type": "AND", "constraints": [PHONE]}]}
HEADERS = {"Authorization": "Bearer key", "Content-Type": "application/json"}
KEY = (401, {"error": "an API key is needed"})
CONTENT_TYPE = (400, {"error": "the header `Content-Type: application/json` is needed"})


@pytest.fixture
def headers() -> dict[str, str]:
    """Return none: a request here has the headers that it names."""
    return {}


def said(response: httpx.Response) -> tuple[int, Any]:
    """Return status and document of an answer."""
    return response.status_code, response.json()


@pytest.mark.parametrize("sent", [None, "", "Bearer", "Bearer ", "Basic key", "Bearer a b", "Bearerkey", "key"])
@pytest.mark.parametrize("path", ["/v1/segments", "/v1/nowhere"])
def test_missing_key_is_401(client: httpx.Client, sent: str | None, path: str) -> None:
    """Every route, also an unknown one, asks for a key first."""
    headers = {} if sent is None else {"Authorization": sent}

    assert said(client.get(path, headers=headers)) == KEY


@pytest.mark.parametrize("sent", ["Bearer key", "bearer x", "Bearer 0-readonly"])
def test_any_key_may_write(client: httpx.Client, sent: str) -> None:
    """A key that is not empty is good."""
    assert client.post("/v1/segments", json=PHONES, headers={"Authorization": sent}).status_code == 200


@pytest.mark.parametrize("sent", ["Bearer readonly", "Bearer readonly_1"])
def test_key_without_the_right_to_write_is_403(app: Emulator, client: httpx.Client, sent: str) -> None:
    """A key that may only read is refused every write, and every read goes through."""
    app.switches = Push0Switches(delete_style="body")
    headers = HEADERS | {"Authorization": sent}
    answers = [said(client.request(method, "/v1/segments", headers=headers)) for method in ("POST", "PATCH", "DELETE")]

    assert [(403, {"error": "this key may not write"})] * 3 == answers
    assert client.get("/v1/segments", headers=headers).status_code == 200


@pytest.mark.parametrize("sent", [None, "", "text/plain", "application/jsonx"])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_missing_content_type_is_400(client: httpx.Client, method: str, sent: str | None) -> None:
    """Every request, also one without a body, says that it is JSON."""
    headers = {"Authorization": "Bearer key"} | ({} if sent is None else {"Content-Type": sent})

    assert said(client.request(method, "/v1/segments", headers=headers)) == CONTENT_TYPE


@pytest.mark.parametrize("sent", ["application/json; charset=utf-8", "Application/JSON"])
def test_content_type_may_have_parameters(client: httpx.Client, sent: str) -> None:
    """Case and parameters of the content type do not matter."""
    assert client.get("/v1/segments", headers=HEADERS | {"Content-Type": sent}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/segments", "/v1", "/v1/segments/", "/v1/segments/x", "/api/segments"])
def test_unknown_route_is_404(client: httpx.Client, path: str) -> None:
    """A route that is not documented is answered 404; reading one segment by its path is one."""
    assert said(client.get(path, headers=HEADERS)) == (404, {"error": "there is no such route"})


def test_one_segment_is_not_read_by_the_path_that_deletes_it(app: Emulator, client: httpx.Client) -> None:
    """Where a segment's path deletes it, reading it is still 404 and another method 405."""
    app.switches = Push0Switches(delete_style="path")
    read, written = (client.request(method, "/v1/segments/x", headers=HEADERS) for method in ("GET", "PUT"))

    assert (404, 405, "DELETE") == (read.status_code, written.status_code, written.headers["Allow"])


@pytest.mark.parametrize(
    ("shape", "content_type", "text"),
    [
        ("object", "application/json", '{"error": "an API key is needed"}'),
        ("text", "application/json", '"an API key is needed"'),
        ("plain", "text/plain; charset=utf-8", "an API key is needed"),
    ],
)
def test_errors_in_several_shapes(
    app: Emulator, client: httpx.Client, shape: ErrorShape, content_type: str, text: str
) -> None:
    """An error is an object, a JSON string or plain text."""
    app.switches = Push0Switches(error_shape=shape)
    response = client.get("/v1/segments")

    assert (401, content_type, text) == (response.status_code, response.headers["Content-Type"], response.text)


def test_every_switch_can_be_set() -> None:
    """Each switch takes another value from text."""
    texts = [
        "list_prefix=api",
        "partial_names=true",
        "page_cap=3",
        "create_answer=nothing",
        "empty_create=true",
        "delete_style=path",
        "builtin_status=403",
        "error_shape=plain",
        "timeout_after_commit=true",
    ]
    parsed, default = parse_switches("push0", texts), Push0Switches()
    changed = [one.name for one in fields(Push0Switches) if getattr(parsed, one.name) != getattr(default, one.name)]

    assert [text.partition("=")[0] for text in texts] == changed
