from django.urls import path

from apps.funnels import level_views, views

app_name = "funnels"
urlpatterns = [
    # /teams/<team_id>/funnel/
    path("", views.funnel, name="funnel"),
    path("start/", views.funnel_start, name="funnel_start"),
    path("stages/add/", views.stage_add, name="stage_add"),
    path("stages/<int:kpi_id>/edit/", views.stage_edit, name="stage_edit"),
    path("stages/<int:kpi_id>/move/", views.stage_move, name="stage_move"),
    path("stages/<int:kpi_id>/park/", views.stage_park, name="stage_park"),
    path("stages/<int:kpi_id>/chain/", level_views.chain, name="chain"),
    path("details/<int:kpi_id>/edit/", level_views.detail_edit, name="detail_edit"),
    path("details/<int:kpi_id>/park/", level_views.detail_park, name="detail_park"),
    path("signals/add/", level_views.signal_add, name="signal_add"),
    path("signals/<int:kpi_id>/edit/", level_views.signal_edit, name="signal_edit"),
    path("signals/<int:kpi_id>/park/", level_views.signal_park, name="signal_park"),
    path("segments/add/", level_views.segment_add, name="segment_add"),
    path("segments/<int:segment_id>/edit/", level_views.segment_edit, name="segment_edit"),
    path("segments/<int:segment_id>/park/", level_views.segment_park, name="segment_park"),
]
