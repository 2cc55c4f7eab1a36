"""The real settings, with the comparisons beside the real pages."""

from kpiplanner.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.served.urls"
