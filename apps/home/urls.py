from django.urls import path

from apps.home import evening_views, method_views, offline_views, organization_views, search_views, views

app_name = "home"
urlpatterns = [
    path("", views.start, name="start"),
    path("method/", method_views.method, name="method"),
    path("session/", offline_views.session, name="session"),
    path("offline/", offline_views.offline, name="offline"),
    path("sw.js", offline_views.service_worker, name="service_worker"),
    path("manifest.webmanifest", offline_views.manifest, name="manifest"),
    path("organizations/<int:organization_id>/", organization_views.organization, name="organization"),
    # /teams/<team_id>/
    path("teams/<int:team_id>/search/", search_views.search, name="search"),
    path("teams/<int:team_id>/today/", views.today, name="today"),
    path("teams/<int:team_id>/days/<date:day>/", views.day, name="day"),
    path("teams/<int:team_id>/days/<date:day>/parts/", views.parts, name="parts"),
    path("teams/<int:team_id>/entries/", views.entry_create, name="entry_create"),
    path("teams/<int:team_id>/entries/<uuid:entry_id>/undo/", views.entry_undo, name="entry_undo"),
    path("teams/<int:team_id>/evening/", evening_views.evening, name="evening"),
    path("teams/<int:team_id>/next-steps/", evening_views.next_step_create, name="next_step_create"),
    path(
        "teams/<int:team_id>/next-steps/<uuid:step_id>/close/",
        evening_views.next_step_close,
        name="next_step_close",
    ),
]
