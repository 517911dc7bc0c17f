"""The one view behind every act, with acts made up for it."""

import pytest
from django import forms
from django.test import RequestFactory

from clinic import amending, episodes
from clinic.errors import Refused
from clinic.intake import Person
from clinic.models import ClosedReason
from clinic.pages.act import Act, ActForm, Context, act_page
from tests.tables import everything

pytestmark = pytest.mark.django_db


class NameForm(ActForm):
    first_name = forms.CharField()


def half_done(context: Context, values: dict) -> str:
    """Does one thing, and is refused the next."""
    client, by, now = context.client, context.viewer.actor, context.now
    person = Person(first_name=values["first_name"])
    amending.amend(client=client, episode=episodes.latest_episode(client), person=person, by=by, now=now)
    episodes.close(client=client, closed_on=context.today, reason=ClosedReason.MOVED, by=by, now=now)
    raise Refused("The second half does not go.", values["first_name"])


def send(act: Act, user, client, **values):
    request = RequestFactory().post("/", values)
    request.user, request.htmx = user, True
    return act_page(act)(request, slug="riverside", pk=client.pk)


@pytest.mark.parametrize("field", ["first_name", "no_such_field"])
def test_an_act_of_several_verbs_is_done_entirely_or_not_at_all(kay, ana, field):
    act = Act("details", "Change and close", "Do both", NameForm, half_done)
    before = everything()
    answer = send(act, kay, ana, first_name=field)
    assert answer.status_code == 422
    assert "The second half does not go." in answer.content.decode()
    assert everything() == before


def test_what_is_no_refusal_is_a_fault_of_ours_and_is_not_hidden(kay, ana):
    def breaks(context: Context, values: dict) -> str:
        amending.amend(
            client=context.client,
            episode=episodes.latest_episode(context.client),
            person=Person(first_name="Anna"),
            by=context.viewer.actor,
            now=context.now,
        )
        raise ZeroDivisionError

    before = everything()
    with pytest.raises(ZeroDivisionError):
        send(Act("details", "Break", "Break", NameForm, breaks), kay, ana, first_name="Anna")
    assert everything() == before
