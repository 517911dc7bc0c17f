"""Over which ways messages leave: a way nobody chose is none, the switch says so, and the Settings page as well."""

import pytest

from clinic import setup
from clinic.models import Clinic, Role
from reminders.prompts import outbox
from tests import cast
from tests.commands import run
from tests.flows.browsing import Staff
from tests.reminders import telling
from tests.reminders.telling import after, prompts, sweep, tasks
from tests.tables import everything

pytestmark = pytest.mark.django_db

NEW = ["--name", "Harbour", "--time-zone", "Europe/London", "--crisis-numbers", "In danger: 999"]


@pytest.fixture
def no_texts(settings):
    """An installation with an e-mail server and nothing for texts."""
    settings.SMS_CHANNEL, settings.EMAIL_CHANNEL = "", "smtp"


def test_without_any_way_to_send_the_switch_stays_off(settings):
    settings.SMS_CHANNEL = settings.EMAIL_CHANNEL = ""
    before = everything()
    ran = run("create_clinic", "harbour", *NEW, "--sending", "on")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "Sending needs a way to send: set EMAIL_URL to an e-mail server, or SMS_CHANNEL to file, which writes "
        "texts to a file until there is a provider for them.\n"
    )
    assert everything() == before
    assert run("create_clinic", "harbour", *NEW, "--sending", "off").code == 0


def test_with_one_way_it_goes_on_and_says_what_is_not_sent(no_texts):
    ran = run("create_clinic", "harbour", *NEW, "--sending", "on")
    assert (ran.code, ran.err) == (0, "Texts are not sent: SMS_CHANNEL is not set.\n")
    assert Clinic.objects.get().sending_since == cast.NOW


def test_a_client_who_agreed_to_texts_only_becomes_a_task_and_nothing_counts_as_sent(
    ana, harbour, post, no_texts
):
    sweep(harbour, after(1))
    assert tasks(ana) == ["not_reached"]
    assert post.sends(after(1, "09:00")) == {"suppressed": 1}
    assert post.channel.sent == []


def test_one_who_agreed_to_both_gets_the_e_mail(harbour, post, no_texts):
    ana = telling.a_client(harbour, "Ana", telling.ANA, email="ana@example.org")
    telling.agrees(ana, channel="email")
    sweep(harbour, after(1))
    assert post.sends(after(1, "09:00")) == {"sent": 1}
    assert post.channel.to == ["ana@example.org"]


def test_a_contact_with_a_number_only_is_not_written_to(harbour, joe, post, no_texts):
    ana = telling.a_client(harbour, "Ana", telling.ANA, email="ana@example.org")
    telling.agrees(ana, channel="email")
    telling.introduced(ana, joe)
    sweep(harbour, after(2))
    assert post.sends(after(2, "09:00")) == {"suppressed": 1, "cancelled": 1}
    assert telling.the(ana, "reach_out").reason == "Texts are not sent: no way to send them is set up."


def test_one_left_sending_over_a_way_that_is_gone_is_a_persons_question(ana, harbour, post, settings):
    sweep(harbour, after(1))
    (pk,) = ana.prompts.values_list("pk", flat=True)
    outbox.claim(pk, after(1, "09:00"))
    settings.SMS_CHANNEL = ""
    assert outbox.recover({}, after(1, "09:00") + outbox.LEASE) == {"uncertain": 1}
    assert prompts(ana) == ["encourage: uncertain"]


@pytest.mark.parametrize(
    ("sms", "email", "texts", "e_mails"),
    [
        ("file", "smtp", "Written to a file, sent to nobody", "By the e-mail server"),
        ("", "file", "Not sent: no way is set up", "Written to a file, sent to nobody"),
    ],
)
def test_the_settings_page_tells_how_each_leaves(settings, sms, email, texts, e_mails):
    settings.SMS_CHANNEL, settings.EMAIL_CHANNEL = sms, email
    clinic = cast.a_clinic("riverside")
    ada, _ = setup.add_staff(username="ada", clinic=clinic, role=Role.ADMINISTRATOR, by=cast.BY, now=cast.NOW)
    said = Staff(ada, clinic).opens("settings").text
    assert f"Texts {texts}" in said
    assert f"E-mails {e_mails}" in said
