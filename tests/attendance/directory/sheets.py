"""Made-up lists as sheets: a row is what its cells hold by heading, everything else in it is empty."""

import csv
import io
from collections.abc import Mapping, Sequence

# As the servers of NA export them; the 48 of older ones lack four of the last.
NAWS_52 = [
    "Committee", "CommitteeName", "AddDate", "AreaRegion", "ParentName", "ComemID", "ContactID",
    "ContactName", "CompanyName", "ContactAddrID", "ContactAddress1", "ContactAddress2", "ContactCity",
    "ContactState", "ContactZip", "ContactCountry", "ContactPhone", "MeetingID", "Room", "Closed",
    "WheelChr", "Day", "Time", "Language1", "Language2", "Language3", "LocationId", "Place", "Address",
    "City", "LocBorough", "State", "Zip", "Country", "Directions", "Institutional", "Format1", "Format2",
    "Format3", "Format4", "Format5", "Delete", "LastChanged", "Longitude", "Latitude", "ContactGP",
    "PhoneMeetingNumber", "VirtualMeetingLink", "VirtualMeetingInfo", "TimeZone", "bmlt_id", "unpublished",
]  # fmt: skip
ONLINE = {"PhoneMeetingNumber", "VirtualMeetingLink", "VirtualMeetingInfo", "TimeZone"}
NAWS_48 = [heading for heading in NAWS_52 if heading not in ONLINE]
TEMPLATE = [
    "Time", "End Time", "Day", "Name", "Location", "Address", "Region", "Sub Region", "Types", "Notes",
    "Location Notes", "Timezone", "Group", "District", "Sub District", "Website", "Website 2",
    "Mailing Address", "Venmo", "Email", "Phone", "Group Notes", "Contact 1 Name", "Contact 1 Email",
    "Contact 1 Phone", "Last Contact", "Conference URL", "Conference Phone", "Author", "Slug", "Updated",
]  # fmt: skip


def a_sheet(headings: Sequence[str], *rows: Mapping[str, str]) -> bytes:
    """A CSV of these headings."""
    text = io.StringIO()
    writer = csv.DictWriter(text, headings, restval="", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def a_naws_row(**stated: str) -> dict[str, str]:
    """A faultless row: an open meeting in Leeds, Sundays at half past seven."""
    return {
        "bmlt_id": "96",
        "Committee": "G00012345",
        "CommitteeName": "Early Risers",
        "Closed": "OPEN",
        "WheelChr": "FALSE",
        "Day": "Sunday",
        "Time": "0730",
        "Place": "St Oswald's Hall",
        "Address": "4 Mill Lane",
        "City": "Leeds",
        "Zip": "LS1 4DY",
        "Country": "UK",
        "Institutional": "FALSE",
        "Format1": "DISC",
        "Format2": "JFT",
        "LastChanged": "12/22/18",
    } | stated


def a_template_row(stated: Mapping[str, str]) -> dict[str, str]:
    """A faultless row of the template, Mondays at half past twelve, with these cells in place of its own."""
    return {
        "Slug": "monday-lunch",
        "Name": "Monday Lunch",
        "Day": "Monday",
        "Time": "12:30 PM",
        "End Time": "1:30 PM",
        "Location": "St Oswald's Hall",
        "Address": "4 Mill Lane, Leeds LS1 4DY, UK",
        "Types": "Open, Wheelchair Access",
        "Timezone": "Europe/London",
        "Updated": "2020-04-0416:50:58",
    } | dict(stated)
