from django.urls import path

from apps.exchange import import_views, person_views, views, workbook_views

app_name = "exchange"
urlpatterns = [
    # /teams/<team_id>/data/
    path("", views.data, name="data"),
    path("export/", views.export, name="export"),
    path("archive/", views.archive, name="archive"),
    path("plans/<int:kgi_id>/workbook/", workbook_views.workbook, name="workbook"),
    path("plans/workbook/", workbook_views.workbook_look, name="workbook_look"),
    path("plans/workbook/save/", workbook_views.workbook_save, name="workbook_save"),
    path("people/<int:member_id>/", person_views.person, name="person"),
    path("people/<int:member_id>/archive/", person_views.person_archive, name="person_archive"),
    path("people/<int:member_id>/erase/", person_views.person_erase, name="person_erase"),
    path("import/", import_views.import_create, name="import_create"),
    path("import/<int:run_id>/", import_views.import_run, name="import_run"),
    path("import/<int:run_id>/state/", import_views.import_state, name="import_state"),
    path("import/<int:run_id>/read/", import_views.import_read, name="import_read"),
    path("import/<int:run_id>/write/", import_views.import_write, name="import_write"),
    path("import/<int:run_id>/drop/", import_views.import_drop, name="import_drop"),
    path("import/<int:run_id>/problems/", import_views.import_problems, name="import_problems"),
]
