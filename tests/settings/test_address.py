"""Which endpoints are one place."""

import pytest

from reconciler.settings.address import place

QONVERSION = "https://api.qonversion.io/v4"
LOOPBACK = "http://localhost/v4"


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        (QONVERSION, QONVERSION),
        (f"{QONVERSION}/", QONVERSION),
        ("https://api.qonversion.io:443/v4", QONVERSION),
        ("https://API.Qonversion.IO/v4", QONVERSION),
        ("https://api.qonversion.io:80/v4", "https://api.qonversion.io:80/v4"),
        ("https://api.qonversion.io:8443/v4/", "https://api.qonversion.io:8443/v4"),
        ("http://api.qonversion.io:80/v4", "http://api.qonversion.io/v4"),
        ("https://api.qonversion.io", "https://api.qonversion.io"),
        ("https://api.qonversion.io/", "https://api.qonversion.io"),
        ("http://127.0.0.1:8080/v4", LOOPBACK),
        ("http://127.0.0.1:9090/v4/", LOOPBACK),
        ("http://localhost:1/v4", LOOPBACK),
        ("http://[::1]:65535/v4", LOOPBACK),
        ("embedded", "embedded"),
    ],
)
def test_a_place_is_written_in_one_way(endpoint: str, expected: str) -> None:
    """Without a slash at the end, the usual port, or any port of this machine; written so, it is itself."""
    assert expected == place(endpoint)
    assert expected == place(expected)


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("http://127.0.0.1:4242/api/admin/", "http://localhost:4242/api/admin"),
        ("http://localhost:80/api/admin", "http://localhost/api/admin"),
        ("https://unleash.example.com:8443/api/admin", "https://unleash.example.com:8443/api/admin"),
    ],
)
def test_an_instance_on_this_machine_is_known_by_its_port(endpoint: str, expected: str) -> None:
    """Two of them may be of two teams, or two tunnels lead to them."""
    assert expected == place(endpoint, instances=True)
    assert expected == place(expected, instances=True)


@pytest.mark.parametrize(
    "other",
    [
        "https://api.qonversion.io/v3",
        "https://api.qonversion.io/V4",
        "http://api.qonversion.io/v4",
        "https://api.qonversion.io:444/v4",
        "https://api.qonversion.example/v4",
        "https://localhost/v4",
    ],
)
def test_another_scheme_host_port_or_path_is_another_place(other: str) -> None:
    """Capitals count in a path, and nowhere before it."""
    assert place(QONVERSION) != place(other)
