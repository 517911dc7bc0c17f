"""A client changes keyworkers while something is scheduled: it goes out signed by whoever is theirs then."""

import pytest

from clinic import handing_over
from clinic.models import User
from tests.cast import a_keyworker
from tests.reminders.telling import BY, after, prompts, sweep, the

pytestmark = pytest.mark.django_db


def test_what_is_scheduled_is_signed_with_the_name_of_the_new_keyworker(harbour, ana, kay, post):
    rea = a_keyworker(harbour, "rea")
    User.objects.filter(pk=rea.pk).update(first_name="Rea")
    User.objects.filter(pk=kay.pk).update(first_name="Kay")
    sweep(harbour, after(1))
    planned = prompts(ana)
    handing_over.hand_over(clinic=harbour, clients=[ana], held_by=kay, to=rea, by=BY, now=after(1, "08:00"))
    assert prompts(ana) == planned
    post.sends(after(1, "09:00"))
    (message,) = post.channel.sent
    assert message.body.endswith(" Rea")
    assert the(ana, "encourage").state == "sent"
