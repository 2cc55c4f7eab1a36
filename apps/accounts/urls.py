from django.urls import path

from apps.accounts import leaving_views, roster_views, sign_in_views, views

app_name = "accounts"
urlpatterns = [
    path("language/", views.language_set, name="language_set"),
    path("profile/", views.profile, name="profile"),
    path("profile/sign-ins/", sign_in_views.sign_ins, name="sign_ins"),
    path("profile/sign-ins/end/", sign_in_views.sign_ins_end, name="sign_ins_end"),
    path("profile/sign-ins/<int:session_id>/end/", sign_in_views.sign_in_end, name="sign_in_end"),
    path("invitations/<str:token>/accept/", views.invitation_accept, name="invitation_accept"),
    # /teams/<team_id>/
    path("teams/<int:team_id>/edit/", views.team_edit, name="team_edit"),
    path("teams/<int:team_id>/people/", views.people, name="people"),
    path("teams/<int:team_id>/people/add/", roster_views.people_add, name="people_add"),
    path("teams/<int:team_id>/people/hand-over/", leaving_views.hand_over, name="hand_over"),
    path("teams/<int:team_id>/people/leave/", leaving_views.team_leave, name="team_leave"),
    path("teams/<int:team_id>/people/invite/", views.invitation_create, name="invitation_create"),
    path(
        "teams/<int:team_id>/invitations/<int:invitation_id>/revoke/",
        views.invitation_revoke,
        name="invitation_revoke",
    ),
    path(
        "teams/<int:team_id>/invitations/<int:invitation_id>/renew/",
        views.invitation_renew,
        name="invitation_renew",
    ),
    path("teams/<int:team_id>/members/<int:member_id>/edit/", views.member_edit, name="member_edit"),
    path("teams/<int:team_id>/members/<int:member_id>/end/", views.member_end, name="member_end"),
]
