from django.urls import path

from apps.company import log_views, views

app_name = "company"
urlpatterns = [
    path("teams/<int:team_id>/log/", log_views.team_log, name="team_log"),
    path("teams/<int:team_id>/log/as-of/", log_views.team_as_of, name="team_as_of"),
    # /organizations/<organization_id>/
    path("organizations/<int:organization_id>/log/", log_views.company_log, name="company_log"),
    path("organizations/<int:organization_id>/settings/", views.settings, name="settings"),
    path("organizations/<int:organization_id>/teams/add/", views.team_add, name="team_add"),
    path("organizations/<int:organization_id>/owners/add/", views.owner_add, name="owner_add"),
    path(
        "organizations/<int:organization_id>/owners/<int:user_id>/remove/",
        views.owner_remove,
        name="owner_remove",
    ),
    path("organizations/<int:organization_id>/closures/", views.days_close, name="days_close"),
]
