from django.urls import path

from apps.home import views

app_name = "home"
urlpatterns = [
    path("", views.start, name="start"),
    # /teams/<team_id>/
    path("teams/<int:team_id>/today/", views.today, name="today"),
    path("teams/<int:team_id>/days/<date:day>/", views.day, name="day"),
    path("teams/<int:team_id>/entries/", views.entry_create, name="entry_create"),
    path("teams/<int:team_id>/entries/<uuid:entry_id>/undo/", views.entry_undo, name="entry_undo"),
]
