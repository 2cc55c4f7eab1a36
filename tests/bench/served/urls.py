from django.urls import include, path

from kpiplanner.urls import handler403, handler404, handler500
from tests.bench.served import views

__all__ = ["handler403", "handler404", "handler500"]

urlpatterns = [
    path("", include("kpiplanner.urls")),
    path("bench/hello/", views.hello),
    path("bench/minimal/<int:team_id>/", views.minimal),
    path("bench/sql/<int:team_id>/<str:page>/", views.bare_sql),
    path("bench/one-insert/<int:team_id>/", views.one_insert),
    path("bench/naked-insert/<int:team_id>/", views.naked_insert),
]
