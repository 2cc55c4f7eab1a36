from django.urls import include, path

from apps.api import hook_views, token_views
from apps.api.routes import patterns

connections = [
    path("profile/tokens/", token_views.tokens, name="tokens"),
    path("profile/tokens/make/", token_views.token_make, name="token_make"),
    path("profile/tokens/<int:token_id>/revoke/", token_views.token_revoke, name="token_revoke"),
    path("teams/<int:team_id>/connections/", hook_views.connections, name="team"),
    path("teams/<int:team_id>/connections/hooks/", hook_views.hook_add, name="hook_add"),
    path("teams/<int:team_id>/connections/hooks/<int:hook_id>/test/", hook_views.hook_test, name="hook_test"),
    path(
        "teams/<int:team_id>/connections/hooks/<int:hook_id>/remove/",
        hook_views.hook_remove,
        name="hook_remove",
    ),
    path(
        "teams/<int:team_id>/connections/parcels/<uuid:parcel_id>/again/",
        hook_views.parcel_again,
        name="parcel_again",
    ),
    path(
        "teams/<int:team_id>/connections/tokens/<int:token_id>/revoke/",
        hook_views.team_token_revoke,
        name="team_token_revoke",
    ),
]

urlpatterns = [
    path("api/v1/", include((patterns, "api"))),
    path("", include((connections, "connections"))),
]
