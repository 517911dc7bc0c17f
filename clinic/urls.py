"""Pages of this stage."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from clinic.pages import acts, merging, new_client, settings, transfers
from clinic.pages.sign_in import SignIn

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("<slug:slug>/clients/new/", new_client.new_client, name="new_client"),
    path("<slug:slug>/clients/twice/", merging.doubles, name="doubles"),
    path("<slug:slug>/clients/<int:pk>/merge/<int:other>/", merging.merge, name="merge"),
    path("<slug:slug>/clients/twice/<int:merge>/", merging.merged, name="merged"),
    path("<slug:slug>/transfers/", transfers.transfers, name="transfers"),
    path("<slug:slug>/transfers/<int:transfer>/", transfers.one_transfer, name="one_transfer"),
    path("<slug:slug>/settings/", settings.settings_page, name="settings"),
    path("<slug:slug>/settings/tokens/<int:token>/revoke/", settings.revoke_token, name="revoke_token"),
    *acts.urlpatterns,
]
