"""Pages of this stage."""

from django.urls import path

from attendance.pages import acts, calendars, clients, groups, register

urlpatterns = [
    path("<slug:slug>/register/", register.register, name="register"),
    path("<slug:slug>/register/<int:pk>/", register.register_row, name="register_row"),
    path("<slug:slug>/meetings/options/", register.meeting_options, name="meeting_options"),
    path("<slug:slug>/groups/", groups.groups, name="groups"),
    path("<slug:slug>/groups/<int:meeting>/", groups.group, name="group"),
    path("<slug:slug>/clients/", clients.clients, name="clients"),
    path("<slug:slug>/clients/<int:pk>/calendar.ics", calendars.calendar, name="calendar"),
    *acts.urlpatterns,
]
