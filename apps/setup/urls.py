from django.urls import path

from apps.setup import health_views, path_views, views

app_name = "setup"
urlpatterns = [
    path("healthz", health_views.healthz, name="healthz"),
    path("readyz", health_views.readyz, name="readyz"),
    path("welcome/", views.welcome, name="welcome"),
    path("welcome/team/", views.team_start, name="team_start"),
    path("welcome/sample/", views.sample_start, name="sample_start"),
    path("welcome/sample/<int:member_id>/sign-in/", views.sample_sign_in, name="sample_sign_in"),
    path("teams/<int:team_id>/path/", path_views.path, name="path"),
    path("teams/<int:team_id>/path/go/", path_views.path_go, name="path_go"),
]
