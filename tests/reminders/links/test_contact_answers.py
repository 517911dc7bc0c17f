from datetime import timedelta

import pytest

from clinic import consents, episodes
from clinic.models import ClosedReason
from reminders.contacts import introducing
from reminders.contacts.models import IntroductionState, LocalContact
from reminders.worklist import tasks
from reminders.worklist.models import KeyworkerTask, TaskKind
from tests.reminders.links import story
from tests.reminders.links.story import everything
from tests.reminders.links.test_client_page import text

NO_LONGER = "This is no longer needed"


def steps(introduction) -> list[str]:
    """The steps of an introduction that the contact has taken."""
    return list(introduction.steps.filter(by="contact").values_list("state", flat=True))


def declined() -> KeyworkerTask:
    """The task for the keyworker to find somebody else."""
    return KeyworkerTask.objects.get(kind=TaskKind.DECLINED)


def test_the_contact_sees_a_first_name_and_the_number(client, reached_out):
    page = client.get(reached_out[1])
    assert "Would you ring Sam and offer to go together?" in text(page)
    assert "+44 7700 900111" in text(page)
    assert 'href="tel:+447700900111"' in page.content.decode()
    for secret in ("Madeup", "SAM-0417", "Riverside", "week", "missed", "attend"):
        assert secret not in text(page)


def test_nobody_asks_the_contact_whether_the_client_went(client, reached_out):
    page = client.get(reached_out[1]).content.decode()
    for word in ("did_not", "I went", "attendance", 'value="went"'):
        assert word not in page
    assert client.post(reached_out[1], {"answer": "went", "day": "2026-02-09"}).status_code == 422


def test_a_client_without_a_number_is_found_by_asking(client, reached_out, sam):
    sam.mobile = sam.first_name = ""
    sam.save()
    page = text(client.get(reached_out[1]))
    assert "We have no number yet." in page
    assert "Somebody new" in page


def test_i_will_ring_then_we_spoke(client, reached_out, joe):
    page = client.post(reached_out[1], {"answer": "will_ring"}, follow=True)
    assert "You said that you will ring Sam." in text(page)
    page = client.post(reached_out[1], {"answer": "spoke"}, follow=True)
    assert "Thank you for speaking with Sam." in text(page)
    assert steps(joe) == [IntroductionState.ACCEPTED, IntroductionState.SPOKE]
    assert "+44 7700 900111" in text(page)


@pytest.mark.parametrize("answer", ["will_ring", "spoke", "could_not_reach"])
def test_the_same_answer_twice_changes_nothing_the_second_time(client, reached_out, answer):
    client.post(reached_out[1], {"answer": answer})
    before = everything()
    assert client.post(reached_out[1], {"answer": answer}).status_code == 302
    assert everything() == before


def test_an_answer_that_comes_before_the_outbox_wrote_that_it_asked_counts(client, reached_out, joe):
    joe.state = IntroductionState.AGREED
    joe.save()
    client.post(reached_out[1], {"answer": "will_ring"})
    joe.refresh_from_db()
    assert joe.state == IntroductionState.ACCEPTED


def test_could_not_reach_asks_the_keyworker_and_is_finished_once_they_spoke(client, reached_out, sam):
    page = client.post(reached_out[1], {"answer": "could_not_reach"}, follow=True)
    task = KeyworkerTask.objects.get(kind=TaskKind.NOT_REACHED)
    assert task.reason == "Joe rang and could not reach them: find out how they can be reached."
    assert "You told us that you could not reach Sam." in text(page)
    client.post(reached_out[1], {"answer": "spoke"})
    task.refresh_from_db()
    assert task.outcome == "They have spoken since."


def test_could_not_reach_can_be_said_again_once_the_keyworker_has_dealt_with_it(client, reached_out):
    client.post(reached_out[1], {"answer": "could_not_reach"})
    task = KeyworkerTask.objects.get(kind=TaskKind.NOT_REACHED)
    tasks.finish(task=task, outcome="A new number.", by=story.BY, now=story.REACH_OUT)
    client.post(reached_out[1], {"answer": "could_not_reach"})
    task.refresh_from_db()
    assert task.done_at is None


def test_not_this_time_ends_it_and_asks_the_keyworker_for_somebody_else(client, reached_out, joe):
    assert "That is quite all right." in text(client.get(f"{reached_out[1]}?ask=not_this_time"))
    page = client.post(reached_out[1], {"answer": "not_this_time"}, follow=True)
    joe.refresh_from_db()
    assert joe.ended_reason == "Joe could not this time."
    assert joe.consent.revoked_at is not None
    assert declined().reason == "Joe could not this time. Introduce somebody else."
    assert NO_LONGER in text(page)
    assert "Sam" not in text(page)
    before = everything()
    client.post(reached_out[1], {"answer": "not_this_time"})
    assert everything() == before


def test_stepping_back_after_they_spoke_is_told_apart(client, reached_out, joe):
    client.post(reached_out[1], {"answer": "spoke"})
    assert "Step back?" in text(client.get(f"{reached_out[1]}?ask=not_this_time"))
    client.post(reached_out[1], {"answer": "not_this_time"})
    assert declined().reason == "Joe stepped back after they had spoken. Introduce somebody else."


def test_stop_being_a_contact_ends_all_their_introductions(client, reached_out, joe, sam):
    kim = story.a_texted_client(sam.clinic, "K1", "Kim", story.ALEX)
    second = story.introduced(kim, joe.contact)
    assert "Nobody will be introduced to you any more" in text(
        client.get(f"{reached_out[1]}?ask=stop_serving")
    )
    page = client.post(reached_out[1], {"answer": "stop_serving"}, follow=True)
    assert LocalContact.objects.get().active is False
    for introduction in (joe, second):
        introduction.refresh_from_db()
        assert introduction.ended_reason == "Joe no longer serves as a contact."
    assert set(KeyworkerTask.objects.filter(kind=TaskKind.DECLINED).values_list("client", flat=True)) == {
        sam.pk,
        kim.pk,
    }
    assert NO_LONGER in text(page)
    before = everything()
    client.post(reached_out[1], {"answer": "stop_serving"})
    assert everything() == before


def test_it_opens_as_long_as_the_introduction_lasts(client, reached_out, at):
    at(story.REACH_OUT + timedelta(days=300))
    page = client.get(reached_out[1])
    assert page.status_code == 200
    assert "+44 7700 900111" in text(page)


@pytest.mark.parametrize("over", ["ended", "consent", "inactive", "closed"])
def test_once_it_is_over_nobody_is_named_and_nothing_can_be_answered(client, reached_out, joe, sam, over):
    now = story.REACH_OUT
    if over == "ended":
        introducing.move(
            introduction=joe, to=IntroductionState.ENDED, by=story.BY, now=now, reason="They moved."
        )
    elif over == "consent":
        consents.revoke(consent=joe.consent, how="in the session", by=story.BY, now=now)
    elif over == "inactive":
        LocalContact.objects.update(active=False)
    else:
        episodes.close(client=sam, closed_on=now.date(), reason=ClosedReason.MOVED, by=story.BY, now=now)
    before = everything()
    for response in (client.get(reached_out[1]), client.post(reached_out[1], {"answer": "spoke"})):
        assert response.status_code == 410
        assert NO_LONGER in text(response)
        for secret in ("Sam", "Joe", "900111", "form"):
            assert secret not in text(response)
        assert "<form" not in response.content.decode()
    assert everything() == before


def test_the_queries_of_a_contacts_page_are_two(client, reached_out, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert client.get(reached_out[1]).status_code == 200
