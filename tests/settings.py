"""The real settings, with what tests must not wait for taken out."""

import os
import tempfile

os.environ.setdefault("KPI_VAR", tempfile.mkdtemp(prefix="kpi-tests-"))
os.environ["SITE_URL"] = "http://localhost:8000"
if "TEST_DATABASE_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
else:
    os.environ.pop("DATABASE_URL", None)

from kpiplanner.settings import *  # noqa: F403
from kpiplanner.settings import DATABASES

ALLOWED_HOSTS = ["testserver", "localhost"]
# A real hash takes half a second.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Without hashed names: nothing has to be collected for a test client.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, so that threads meet the same locks as in the real thing.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(os.environ["KPI_VAR"], "test.sqlite3")}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
