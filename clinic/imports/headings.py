"""Which column a heading of a file stands for, by its name and by what others call it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

OTHERS_IN_A_NAME = re.compile(r"[\W_]+")
# By column, what other systems and people call it; each written as bare() leaves it.
ALSO_CALLED: dict[str, tuple[str, ...]] = {
    "reference": (
        *("ref", "clientreference", "clientref", "clientid", "clientno", "clientnumber", "client", "id"),
        *("caseid", "casenumber", "caseno", "caseref", "patientid", "patientnumber", "urn", "fileno"),
        *("filenumber", "recordnumber", "personid", "serviceuserid"),
    ),
    "intake_on": (
        *("intake", "intakedate", "dateofintake", "admission", "admissiondate", "dateofadmission"),
        *(
            "admitted",
            "admittedon",
            "startdate",
            "treatmentstart",
            "treatmentstartdate",
            "startedon",
            "starton",
        ),
    ),
    "first_name": ("first", "firstname", "forename", "forenames", "givenname", "christianname"),
    "last_name": ("last", "lastname", "surname", "familyname"),
    "date_of_birth": ("dob", "birthdate", "birthday", "born", "bornon"),
    "mobile": (
        "phone",
        "mobilephone",
        "mobilenumber",
        "telephone",
        "tel",
        "cell",
        "cellphone",
        "phonenumber",
    ),
    "email": ("emailaddress", "mail", "mailaddress"),
    "keyworker": (
        "keyworkername",
        "worker",
        "caseworker",
        "casemanager",
        "counsellor",
        "counselor",
        "username",
    ),
    "programme": ("program", "treatment", "course", "service"),
    "twelve_step_based": ("12stepbased", "twelvestep", "12step", "12steps"),
    "severity": ("sds", "severityofdependence", "dependence"),
    "motivation": ("readiness", "readinessruler"),
    "isolated": ("isolation", "livesalone"),
    "discharge_on": ("discharge", "dischargedate", "dateofdischarge", "dischargedon", "enddate", "endedon"),
    "discharge_outcome": ("outcome", "dischargereason", "reasonfordischarge", "dischargestatus"),
    "closed_on": ("closed", "closeddate", "dateclosed", "closingdate"),
    "closed_reason": ("reasonclosed", "closingreason"),
    "consent_sms": ("smsconsent", "textconsent", "consenttotexts", "consenttext", "consenttexts"),
    "consent_email": ("emailconsent", "consenttoemail", "consenttoemails", "consentemails"),
    "consent_on": ("consentdate", "dateofconsent"),
    "consent_how": ("howconsented", "consentmethod"),
    "language": ("lang", "preferredlanguage"),
    "preferences": ("preference", "wishes"),
    "attended_on": (
        *("attended", "attendeddate", "dateattended", "attendancedate", "dateofattendance", "date", "day"),
        *("meetingdate", "dateofmeeting", "wenton", "went"),
    ),
    "fellowship": ("fellowshipname", "group", "organisation", "organization"),
    "meeting": ("meetingslug", "slug", "meetingname"),
    "source": ("reportedby", "whosays", "saidby", "reporter", "evidence"),
    "note": ("notes", "comment", "comments", "remark", "remarks"),
    "starts_on": ("start", "starts", "startdate", "from", "fromdate", "begins", "beginson"),
    "ends_on": ("end", "ends", "enddate", "to", "until", "todate"),
    "reason": ("why", "because", "pausereason"),
    "week": ("weekof", "weekstarting", "weekstart", "weekbeginning", "weekcommencing", "weekstartson"),
    "answer": ("said", "reply", "response"),
    "held_on": ("date", "interviewdate", "dateofinterview", "heldon", "interviewedon"),
    "kind": ("interview", "interviewkind", "type"),
}


def bare(heading: str) -> str:
    """A heading without what people space and part its words with, in small letters."""
    return OTHERS_IN_A_NAME.sub("", heading).casefold()


def guessed(headings: Sequence[str], columns: Sequence[str]) -> list[str]:
    """The column of each heading, empty for none; no column twice.

    A column's own name counts more than what else it is called, wherever the two stand. `why` is never one of them:
    it is what a file of rejected rows says of each.
    """
    names = [bare(heading) for heading in headings]
    found = [""] * len(names)
    free = dict.fromkeys(columns)
    for position, name in enumerate(names):
        own = next((column for column in free if bare(column) == name), "")
        if own:
            found[position] = own
            del free[own]
    for position, name in enumerate(names):
        if found[position] or name == "why":
            continue
        other = next((column for column in free if name in ALSO_CALLED.get(column, ())), "")
        if other:
            found[position] = other
            del free[other]
    return found
