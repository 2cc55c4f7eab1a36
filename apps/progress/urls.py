from django.urls import path

from apps.progress import evidence_views, trust_views, views

app_name = "progress"
urlpatterns = [
    # /teams/<team_id>/progress/
    path("", views.team, name="team"),
    path("people/", evidence_views.people, name="people"),
    path("rates/", evidence_views.rates, name="rates"),
    path("levers/", evidence_views.levers, name="levers"),
    path("trust/", trust_views.trust, name="trust"),
    path("<int:member_id>/", views.rep, name="rep"),
    path("<int:member_id>/levers/", evidence_views.rep_levers, name="rep_levers"),
]
