from django.urls import path

from apps.goals import views

app_name = "goals"
urlpatterns = [
    # /teams/<team_id>/plans/
    path("", views.plan_list, name="plan_list"),
    path("new/", views.plan_new, name="plan_new"),
    path("<int:kgi_id>/", views.plan, name="plan"),
    path("<int:kgi_id>/edit/", views.plan_edit, name="plan_edit"),
    path("<int:kgi_id>/split/", views.plan_split, name="plan_split"),
    path("<int:kgi_id>/withdraw/", views.plan_withdraw, name="plan_withdraw"),
]
