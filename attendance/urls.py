"""Pages of this stage."""

from django.urls import path

from attendance.pages import (
    acts,
    calendars,
    clients,
    feed_reading,
    feeds,
    group_sheet,
    groups,
    meetings,
    quick,
    register,
    register_press,
    slip,
    spreadsheet,
    spreadsheets,
    suitable,
)

urlpatterns = [
    path("<slug:slug>/register/", register.register, name="register"),
    path("<slug:slug>/register/news/", register.register_news, name="register_news"),
    path("<slug:slug>/register/<int:pk>/", register_press.register_row, name="register_row"),
    path("<slug:slug>/register/<int:pk>/meetings/", register.register_meetings, name="register_meetings"),
    path("<slug:slug>/meetings/options/", register.meeting_options, name="meeting_options"),
    path("<slug:slug>/groups/", groups.groups, name="groups"),
    path("<slug:slug>/groups/new/", meetings.new_meeting, name="new_meeting"),
    path("<slug:slug>/groups/<int:meeting>/", groups.group, name="group"),
    path("<slug:slug>/groups/<int:meeting>/mend/", meetings.mend_meeting, name="mend_meeting"),
    path("<slug:slug>/groups/<int:meeting>/follow-list/", meetings.follow_list, name="follow_list"),
    path("<slug:slug>/groups/<int:meeting>/sheet/", group_sheet.group_sheet, name="group_sheet"),
    path("<slug:slug>/clients/", clients.clients, name="clients"),
    path("<slug:slug>/quick/", quick.quick, name="quick"),
    path("<slug:slug>/quick/keys/", quick.quick_keys, name="quick_keys"),
    path("<slug:slug>/clients/<int:pk>/quick/", quick.quick_client, name="quick_client"),
    path("<slug:slug>/clients/<int:pk>/meetings/", suitable.client_meetings, name="client_meetings"),
    path("<slug:slug>/clients/<int:pk>/meetings/sheet/", suitable.meetings_sheet, name="meetings_sheet"),
    path("<slug:slug>/clients/<int:pk>/slip/", slip.slip, name="slip"),
    path("<slug:slug>/clients/<int:pk>/calendar.ics", calendars.calendar, name="calendar"),
    path("<slug:slug>/settings/feeds/", feeds.feeds, name="feeds"),
    path("<slug:slug>/settings/feeds/new/", feed_reading.feed_new, name="feed_new"),
    path("<slug:slug>/settings/feeds/<int:feed>/again/", feed_reading.feed_again, name="feed_again"),
    path("<slug:slug>/settings/feeds/<int:feed>/now/", feed_reading.feed_now, name="feed_now"),
    path("<slug:slug>/settings/feeds/<int:feed>/by-itself/", feeds.feed_by_itself, name="feed_by_itself"),
    path("<slug:slug>/settings/feeds/<int:feed>/close/", feeds.feed_close, name="feed_close"),
    path(
        "<slug:slug>/settings/feeds/readings/<int:preview>/", feed_reading.feed_preview, name="feed_preview"
    ),
    path("<slug:slug>/spreadsheets/", spreadsheets.spreadsheets, name="spreadsheets"),
    path("<slug:slug>/spreadsheets/<int:spreadsheet>/", spreadsheet.spreadsheet, name="spreadsheet"),
    path(
        "<slug:slug>/spreadsheets/<int:spreadsheet>/rejected.csv",
        spreadsheet.rejected_rows,
        name="spreadsheet_rejected",
    ),
    path(
        "<slug:slug>/spreadsheets/<int:spreadsheet>/take-back/",
        spreadsheet.take_back,
        name="spreadsheet_take_back",
    ),
    *acts.urlpatterns,
]
