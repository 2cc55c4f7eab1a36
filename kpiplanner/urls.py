from allauth.account import views as account
from django.conf import settings
from django.urls import include, path, re_path, register_converter

from apps.web.converters import DateConverter
from kpiplanner import errors

# Before the apps are included: their paths use it.
register_converter(DateConverter, "date")

urlpatterns = [
    path("", include("apps.home.urls")),
    path("", include("apps.accounts.urls")),
    path("", include("apps.notices.urls")),
    path("", include("apps.setup.urls")),
    path("", include("apps.company.urls")),
    path("", include("apps.api.urls")),
    # Of allauth's pages those that we offer; its templates look some of these names up.
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/signup/", account.signup, name="account_signup"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/set/", account.password_set, name="account_set_password"),
    path("accounts/password/reset/", account.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/second-step/", include("allauth.mfa.urls")),
    path("teams/<int:team_id>/calendar/", include("apps.calendars.urls")),
    path("teams/<int:team_id>/data/", include("apps.exchange.urls")),
    path("teams/<int:team_id>/funnel/", include("apps.funnels.urls")),
    path("teams/<int:team_id>/objectives/", include("apps.okrs.urls")),
    path("teams/<int:team_id>/plans/", include("apps.goals.urls")),
    path("teams/<int:team_id>/practices/", include("apps.growth.urls")),
    path("teams/<int:team_id>/progress/", include("apps.progress.urls")),
    path("teams/<int:team_id>/reviews/", include("apps.reviews.urls")),
]

if settings.OIDC_NAME:
    from apps.accounts import single_sign_on

    urlpatterns += [
        path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
        path("accounts/oidc/cancelled/", single_sign_on.cancelled, name="socialaccount_login_cancelled"),
    ]

handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken
