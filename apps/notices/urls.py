from django.urls import path

from apps.notices import views

app_name = "notices"
urlpatterns = [
    path("feeds/<str:token>/calendar.ics", views.feed, name="feed"),
    path("notices/<str:token>/stop/", views.stop, name="stop"),
    # /teams/<team_id>/notices/
    path("teams/<int:team_id>/notices/", views.wishes, name="wishes"),
    path("teams/<int:team_id>/notices/feed/renew/", views.feed_renew, name="feed_renew"),
    path("teams/<int:team_id>/notices/feed/revoke/", views.feed_revoke, name="feed_revoke"),
    path("teams/<int:team_id>/notices/channel/", views.channel, name="channel"),
    path("teams/<int:team_id>/notices/channel/test/", views.channel_test, name="channel_test"),
    path("teams/<int:team_id>/notices/channel/remove/", views.channel_remove, name="channel_remove"),
    path("teams/<int:team_id>/notices/reports/<date:day>/send/", views.report_send, name="report_send"),
]
