"""The relay that whole commands reach the real server by."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from instance import Instance
from unleash.relay import Relay, described


@pytest.fixture
def watched(unleash: Instance) -> Iterator[Relay]:
    """Yield a relay before the server; at the end no request may have been other than the server describes."""
    with closing(Relay(unleash, described(unleash))) as made:
        yield made
    assert made.requests != []
    assert made.complaints == []
