"""The one HTTP client: an answer that does not come, and the credential in nothing that leaves."""

from collections.abc import Callable, Iterable
from typing import Any

import httpx
import pytest

from reconciler.errors import VendorFailure
from reconciler.providers.transport import Transport, blotted


def silent(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Give no answer, so that the client's patience ends at once."""
    raise httpx.ReadTimeout(environ["PATH_INFO"])


def test_a_vendor_that_does_not_answer_in_time_is_a_failure() -> None:
    """The message names the request and how long was waited."""
    with (
        Transport("http://vendor/v4", "test_sk_x", app=silent) as transport,
        pytest.raises(VendorFailure, match=r"^GET http://vendor/v4/segments: no answer within 30 seconds \(timeout\)$"),
    ):
        transport.get("/segments")


@pytest.mark.parametrize(
    ("text", "secret", "expected"),
    [
        ("key=s3cret5!", "s3cret5!", "key=***"),
        ("key=s3cret5%21", "s3cret5!", "key=***"),
        ("nothing here", "s3cret5!", "nothing here"),
        ("Beta testers", "test", "Beta testers"),
        ("nothing to hide", "", "nothing to hide"),
    ],
)
def test_a_secret_is_blotted_out_as_it_is_written(text: str, secret: str, expected: str) -> None:
    """Plain or escaped it is gone; a secret that is empty is in no text, and a short word is none."""
    assert expected == blotted(text, secret)
