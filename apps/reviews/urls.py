from django.urls import path

from apps.reviews import check_views, growth_views, minutes, step_views, views, word_views

app_name = "reviews"
urlpatterns = [
    # /teams/<team_id>/reviews/
    path("", views.review_list, name="review_list"),
    path("open/", views.review_open, name="review_open"),
    path("checks/", check_views.checks, name="checks"),
    path("people/<int:member_id>/", word_views.person, name="person"),
    path("people/<int:member_id>/growth/", growth_views.growth, name="growth"),
    path("<int:review_id>/", views.review, name="review"),
    path("<int:review_id>/go/", views.review_go, name="review_go"),
    path("<int:review_id>/close/", views.review_close, name="review_close"),
    path("<int:review_id>/pulse/", views.review_pulse, name="review_pulse"),
    path("<int:review_id>/minutes/", minutes.minutes, name="minutes"),
    path("<int:review_id>/minutes.md", minutes.minutes_markdown, name="minutes_markdown"),
    path("<int:review_id>/rates/decide/", step_views.rates_decide, name="rates_decide"),
    path("<int:review_id>/rates/<int:plan_id>/undo/", step_views.rates_undo, name="rates_undo"),
    path("<int:review_id>/order/<int:member_id>/", step_views.order_save, name="order_save"),
    path("<int:review_id>/actions/add/", step_views.action_add, name="action_add"),
    path("<int:review_id>/actions/<int:action_id>/change/", step_views.action_change, name="action_change"),
    path("<int:review_id>/answers/save/", step_views.answers_save, name="answers_save"),
    path("<int:review_id>/learned/save/", step_views.learned_save, name="learned_save"),
    path("<int:review_id>/verdicts/<int:objective_id>/", step_views.verdict_save, name="verdict_save"),
    path("<int:review_id>/words/<int:member_id>/", word_views.words, name="words"),
    path("<int:review_id>/words/<int:member_id>/read/", word_views.words_read, name="words_read"),
    path("<int:review_id>/steps/<slug:step>/", views.review_step, name="review_step"),
]
