from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from tests.kept import kept_world
from tests.people import NOON, World


@pytest.fixture
def noon() -> Iterator[None]:
    """Wednesday, 10 June 2026, twelve o'clock in Tokyo."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def world(db: None, noon: None) -> World:
    return kept_world()


@pytest.fixture
def rep(world: World) -> Client:
    client = Client()
    client.force_login(world.rep)
    return client


@pytest.fixture
def manager(world: World) -> Client:
    client = Client()
    client.force_login(world.manager)
    return client
