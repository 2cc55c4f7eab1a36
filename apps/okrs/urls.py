from django.urls import path

from apps.okrs import views
from apps.okrs.key_result_views import (
    check_in_create,
    key_result_align,
    key_result_edit,
    key_result_new,
    key_result_park,
)

app_name = "okrs"
urlpatterns = [
    # /teams/<team_id>/objectives/
    path("", views.objective_list, name="objective_list"),
    path("new/", views.objective_new, name="objective_new"),
    path("glance/", views.glance, name="glance"),
    path("check/", views.goal_check, name="goal_check"),
    path("focus/", views.focus, name="focus"),
    path("<int:objective_id>/", views.objective, name="objective"),
    path("<int:objective_id>/edit/", views.objective_edit, name="objective_edit"),
    path("<int:objective_id>/park/", views.objective_park, name="objective_park"),
    path("<int:objective_id>/copy/", views.objective_copy, name="objective_copy"),
    path("<int:objective_id>/close/", views.objective_close, name="objective_close"),
    path("<int:objective_id>/delete/", views.objective_delete, name="objective_delete"),
    path("<int:objective_id>/reopen/", views.objective_reopen, name="objective_reopen"),
    path("<int:objective_id>/results/new/", key_result_new, name="key_result_new"),
    path("results/<int:key_result_id>/edit/", key_result_edit, name="key_result_edit"),
    path("results/<int:key_result_id>/park/", key_result_park, name="key_result_park"),
    path("results/<int:key_result_id>/check-in/", check_in_create, name="check_in_create"),
    path("results/<int:key_result_id>/align/", key_result_align, name="key_result_align"),
]
