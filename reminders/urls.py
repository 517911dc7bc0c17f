"""Pages of this stage."""

from django.urls import path

from reminders.contacts import pages as contacts
from reminders.desk import acts, hand_over_pages, navigation, today_page, waiting
from reminders.desk import pages as desk
from reminders.digest import pages as digest
from reminders.prompts import pages as prompts

urlpatterns = [
    path("", desk.home, name="home"),
    path("<slug:slug>/", desk.clinic_home, name="clinic_home"),
    path("<slug:slug>/today/", today_page.today_page, name="today"),
    path("<slug:slug>/clients/<int:pk>/", desk.one_client, name="client"),
    path("<slug:slug>/messages/", prompts.messages_page, name="messages"),
    path("<slug:slug>/contacts/", contacts.contacts, name="contacts"),
    path("<slug:slug>/contacts/<int:contact>/", contacts.one_contact, name="contact"),
    path("<slug:slug>/counts/", navigation.nav_counts, name="nav_counts"),
    path("<slug:slug>/waiting/", waiting.waiting_page, name="waiting"),
    path("<slug:slug>/settings/patience/", waiting.patience_page, name="patience"),
    path("<slug:slug>/my-settings/", digest.my_settings, name="my_settings"),
    path("<slug:slug>/my-settings/address/<str:key>/", digest.confirm_address, name="confirm_address"),
    path("<slug:slug>/hand-overs/", hand_over_pages.hand_overs, name="hand_overs"),
    path("<slug:slug>/hand-overs/<int:hand_over>/", hand_over_pages.one_hand_over, name="one_hand_over"),
    path(
        "<slug:slug>/hand-overs/<int:hand_over>/seen/", hand_over_pages.hand_over_seen, name="hand_over_seen"
    ),
    *acts.urlpatterns,
    *waiting.urlpatterns,
]
