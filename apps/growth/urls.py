from django.urls import path

from apps.growth import drill_views, views

app_name = "growth"
urlpatterns = [
    # /teams/<team_id>/practices/
    path("", views.practice_list, name="practice_list"),
    path("new/", views.practice_new, name="practice_new"),
    path("<int:practice_id>/", views.practice, name="practice"),
    path("<int:practice_id>/edit/", views.practice_edit, name="practice_edit"),
    path("<int:practice_id>/close/", views.practice_close, name="practice_close"),
    path("<int:practice_id>/delete/", views.practice_delete, name="practice_delete"),
    path("<int:practice_id>/reopen/", views.practice_reopen, name="practice_reopen"),
    path("<int:practice_id>/note/", views.note_add, name="note_add"),
    path("<int:practice_id>/notes/<int:note_id>/remove/", views.note_remove, name="note_remove"),
    path("drills/<int:drill_id>/done/", drill_views.drill_done, name="drill_done"),
]
