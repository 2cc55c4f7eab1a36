from django.urls import path

from apps.setup import views

app_name = "setup"
urlpatterns = [
    # /welcome/
    path("", views.welcome, name="welcome"),
    path("team/", views.team_start, name="team_start"),
    path("sample/", views.sample_start, name="sample_start"),
    path("sample/<int:member_id>/sign-in/", views.sample_sign_in, name="sample_sign_in"),
]
