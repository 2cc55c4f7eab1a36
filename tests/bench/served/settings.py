"""The real settings, with the comparisons beside the real pages."""

from kpiplanner.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.served.urls"

# Hashed names without packing: nobody downloads the files here.
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"  # noqa: F405
MIDDLEWARE = ["tests.bench.served.middleware.counted_queries", *MIDDLEWARE]  # noqa: F405
