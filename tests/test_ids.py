"""No page has two elements with one id: a label would lead to the wrong field."""

import re
from collections import Counter

from tests.access_places import Place
from tests.access_table import TABLE
from tests.people import World
from tests.test_access import OURS, client_of, said


def test_no_page_has_an_id_twice(world: World) -> None:
    place = Place(world)
    twice: dict[str, list[str]] = {}
    for person in ("rep", "manager", "owner"):
        client = client_of(world, person)
        for name in OURS:
            if "GET" in TABLE[name]:
                ids = Counter(re.findall(r'\sid="([^"]+)"', said(client.get(place.url(name), follow=True))))
                found = [one for one, count in ids.items() if count > 1]
                twice |= {name: found} if found else {}
    assert twice == {}
