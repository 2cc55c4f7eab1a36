from django.urls import path

from apps.progress import views

app_name = "progress"
urlpatterns = [
    # /teams/<team_id>/progress/
    path("", views.team, name="team"),
    path("<int:member_id>/", views.rep, name="rep"),
]
