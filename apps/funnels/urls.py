from django.urls import path

from apps.funnels import views

app_name = "funnels"
urlpatterns = [
    # /teams/<team_id>/funnel/
    path("", views.funnel, name="funnel"),
    path("start/", views.funnel_start, name="funnel_start"),
    path("stages/add/", views.stage_add, name="stage_add"),
    path("stages/<int:kpi_id>/edit/", views.stage_edit, name="stage_edit"),
    path("stages/<int:kpi_id>/move/", views.stage_move, name="stage_move"),
    path("stages/<int:kpi_id>/park/", views.stage_park, name="stage_park"),
    path("signals/add/", views.signal_add, name="signal_add"),
    path("signals/<int:kpi_id>/edit/", views.signal_edit, name="signal_edit"),
    path("signals/<int:kpi_id>/park/", views.signal_park, name="signal_park"),
]
