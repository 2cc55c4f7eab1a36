import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kpiplanner.settings")
application = get_wsgi_application()
# All pages are imported once, before workers are forked: one that takes over from a worker that died
# serves at once, instead of importing for a second first.
get_resolver().url_patterns  # noqa: B018  a property that imports
