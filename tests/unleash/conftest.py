"""The relay that whole commands reach the real server by."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from instance import Instance
from unleash.relay import Relay, described
from unleash.workplace import People


@pytest.fixture
def people(unleash: Instance) -> Iterator[People]:
    """Yield whoever works in the server's dashboard."""
    with unleash.client() as client:
        yield People(client)


@pytest.fixture
def watched(unleash: Instance) -> Iterator[Relay]:
    """Yield a relay before the server; at the end no request may have been other than the server describes."""
    with closing(Relay(unleash, described(unleash))) as made:
        yield made
    assert made.requests != []
    assert made.complaints == []
