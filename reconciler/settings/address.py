"""Which endpoints are one place, however they are written. Sends nothing."""

from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
PORTS = {"http": 80, "https": 443}


def place(endpoint: str, *, instances: bool = False) -> str:
    """Return the one way to write an endpoint: without a port that goes without saying, or a slash at the end.

    On this machine every port is the same place: an emulator is served now on one and now on another. Not so with a
    vendor that people run `instances` of: behind two ports there are two, or two tunnels that lead to them.
    """
    parts = urlsplit(endpoint)
    host = (parts.hostname or "").casefold()
    path = parts.path.rstrip("/")
    local = host in LOOPBACK
    any_port = (local and not instances) or parts.port in {None, PORTS.get(parts.scheme)}
    host, port = "localhost" if local else host, "" if any_port else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}{path}" if host else endpoint
