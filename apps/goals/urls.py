from django.urls import path

from apps.goals import (
    agreement_views,
    edit_views,
    higher_views,
    likely_views,
    rate_views,
    split_views,
    version_views,
    views,
    week_views,
    what_if_views,
)

app_name = "goals"
urlpatterns = [
    # /teams/<team_id>/plans/
    path("", views.plan_list, name="plan_list"),
    path("new/", edit_views.plan_new, name="plan_new"),
    path("week/<date:day>/", week_views.week, name="week"),
    path("above/", higher_views.higher_goals, name="higher_goals"),
    path("above/<int:goal_id>/split/", higher_views.higher_goal_split, name="higher_goal_split"),
    path("above/<int:goal_id>/delete/", higher_views.higher_goal_delete, name="higher_goal_delete"),
    path("<int:kgi_id>/", views.plan, name="plan"),
    path("<int:kgi_id>/likely/", likely_views.plan_likely, name="plan_likely"),
    path("<int:kgi_id>/paper/", views.plan_paper, name="plan_paper"),
    path("<int:kgi_id>/versions/", version_views.plan_versions, name="plan_versions"),
    path("<int:kgi_id>/edit/", edit_views.plan_edit, name="plan_edit"),
    path("<int:kgi_id>/split/", split_views.plan_split, name="plan_split"),
    path("<int:kgi_id>/split/fill/", split_views.plan_split_fill, name="plan_split_fill"),
    path("<int:kgi_id>/rates/", rate_views.plan_rates, name="plan_rates"),
    path("<int:kgi_id>/rates/<int:member_id>/", rate_views.member_rates, name="member_rates"),
    path("<int:kgi_id>/agree/", agreement_views.plan_agree, name="plan_agree"),
    path("<int:kgi_id>/counter/", agreement_views.plan_counter, name="plan_counter"),
    path("<int:kgi_id>/answer/<int:member_id>/", agreement_views.plan_answer, name="plan_answer"),
    path("<int:kgi_id>/what-if/", what_if_views.what_if, name="what_if"),
    path(
        "<int:kgi_id>/what-if/<int:what_if_id>/delete/", what_if_views.what_if_delete, name="what_if_delete"
    ),
    path("<int:kgi_id>/withdraw/", views.plan_withdraw, name="plan_withdraw"),
]
