from django.urls import path

from apps.goals import views
from apps.goals.agreement_views import plan_agree, plan_answer, plan_counter
from apps.goals.what_if_views import what_if, what_if_delete

app_name = "goals"
urlpatterns = [
    # /teams/<team_id>/plans/
    path("", views.plan_list, name="plan_list"),
    path("new/", views.plan_new, name="plan_new"),
    path("<int:kgi_id>/", views.plan, name="plan"),
    path("<int:kgi_id>/edit/", views.plan_edit, name="plan_edit"),
    path("<int:kgi_id>/split/", views.plan_split, name="plan_split"),
    path("<int:kgi_id>/agree/", plan_agree, name="plan_agree"),
    path("<int:kgi_id>/counter/", plan_counter, name="plan_counter"),
    path("<int:kgi_id>/answer/<int:member_id>/", plan_answer, name="plan_answer"),
    path("<int:kgi_id>/what-if/", what_if, name="what_if"),
    path("<int:kgi_id>/what-if/<int:what_if_id>/delete/", what_if_delete, name="what_if_delete"),
    path("<int:kgi_id>/withdraw/", views.plan_withdraw, name="plan_withdraw"),
]
