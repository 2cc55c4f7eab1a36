"""The same, for filling a database that nobody has to trust after a power cut."""

from tests.bench.served.settings import *  # noqa: F403

if DATABASE_IS_SQLITE:  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] += (  # noqa: F405
        "PRAGMA synchronous=OFF; PRAGMA cache_size=-400000; PRAGMA temp_store=MEMORY;"
    )
