"""Who is running."""

import os
import socket

from reconciler.settings.environment import holder


def test_a_holder_is_somebody_that_can_be_asked() -> None:
    """User, machine and process."""
    assert holder(lambda: "ada").startswith(f"ada@{socket.gethostname()}, process {os.getpid()}")


def test_a_user_without_a_name_has_a_number() -> None:
    """A container may run as a user whom its system does not know."""

    def nobody() -> str:
        raise KeyError(os.getuid())

    assert holder(nobody).startswith(f"user {os.getuid()}@{socket.gethostname()}, ")
