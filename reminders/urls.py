"""Pages of this stage."""

from django.urls import path

from reminders.contacts import pages as contacts
from reminders.desk import acts, today_page
from reminders.desk import pages as desk
from reminders.prompts import pages as prompts

urlpatterns = [
    path("", desk.home, name="home"),
    path("<slug:slug>/", desk.clinic_home, name="clinic_home"),
    path("<slug:slug>/today/", today_page.today_page, name="today"),
    path("<slug:slug>/clients/<int:pk>/", desk.one_client, name="client"),
    path("<slug:slug>/messages/", prompts.messages_page, name="messages"),
    path("<slug:slug>/contacts/", contacts.contacts, name="contacts"),
    path("<slug:slug>/contacts/<int:contact>/", contacts.one_contact, name="contact"),
    *acts.urlpatterns,
]
