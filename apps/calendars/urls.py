from django.urls import path

from apps.calendars import day_views, views

app_name = "calendars"
urlpatterns = [
    # /teams/<team_id>/calendar/
    path("", views.calendar, name="calendar"),
    path("day/", day_views.day_template, name="day_template"),
    path("day/<int:member_id>/", day_views.member_day, name="member_day"),
    path("edit/", views.calendar_edit, name="calendar_edit"),
    path("days/mark/", views.day_mark, name="day_mark"),
    path("days/<int:day_id>/unmark/", views.day_unmark, name="day_unmark"),
    path("closures/add/", views.closure_add, name="closure_add"),
    path("work-times/set/", views.work_time_set, name="work_time_set"),
    path("work-times/<int:work_time_id>/cancel/", views.work_time_cancel, name="work_time_cancel"),
    path("leave/take/", views.leave_take, name="leave_take"),
    path("leave/<int:leave_id>/cancel/", views.leave_cancel, name="leave_cancel"),
]
