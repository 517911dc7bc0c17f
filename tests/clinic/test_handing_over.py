"""Clients change keyworkers: at once, on a coming day, or for the days of a leave; all of them or none."""

from datetime import timedelta

import pytest

from clinic import handing_over
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import AuditEntry, Client, HandOver, Role, User
from tests.cast import BY, NOW, TODAY, a_client, a_keyworker, day
from tests.tables import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def rea(clinic) -> User:
    """Rea, another keyworker of Riverside."""
    return a_keyworker(clinic, "rea")


@pytest.fixture
def ben(clinic, kay) -> Client:
    """Ben, Kay's client as well."""
    return a_client(clinic, "B1", first_name="Ben", keyworker=kay)


def hands(clients, held_by, to, now=NOW, **told) -> HandOver:
    given = {"clinic": clients[0].clinic, "by": Actor.staff(held_by or to), **told}
    return handing_over.hand_over(clients=clients, held_by=held_by, to=to, now=now, **given)


def keyworkers() -> dict[str, str]:
    """Whose everybody is, by reference."""
    return dict(Client.objects.order_by("reference").values_list("reference", "keyworker__username"))


def monday(weeks: int):
    """Noon on a Monday so many weeks on."""
    return NOW + timedelta(weeks=weeks)


class TestAtOnce:
    def test_all_of_them_change_hands_and_each_is_in_the_trail(self, ana, ben, kay, rea):
        given = hands([ben, ana], kay, rea, note=" On leave. ")
        assert keyworkers() == {"A1": "rea", "B1": "rea"}
        assert (given.note, given.starts_on, given.carried_out_at) == ("On leave.", TODAY, NOW)
        trail = AuditEntry.objects.filter(verb="client.handed_over").order_by("client_id")
        assert [(one.client_id, one.fields, one.actor_name, one.subject_id) for one in trail] == [
            (ana.pk, ["keyworker"], "kay", given.pk),
            (ben.pk, ["keyworker"], "kay", given.pk),
        ]

    def test_whoever_comes_second_is_told_and_nobody_moves(self, ana, ben, kay, rea, clinic):
        zoe = a_keyworker(clinic, "zoe")
        hands([ana], kay, rea)
        before = everything()
        with pytest.raises(
            Refused, match=r"Somebody was quicker: Ana is kay's no longer\. Nobody was handed"
        ):
            hands([ana, ben], kay, zoe)
        assert everything() == before

    def test_a_client_of_nobody_gets_a_keyworker(self, clinic, rea):
        cara = a_client(clinic, "C1")
        hands([cara], None, rea)
        assert keyworkers() == {"C1": "rea"}

    def test_only_to_a_keyworker_of_the_clinic_who_is_there(self, ana, kay, rea, mo, hal):
        rea.is_active = False
        rea.save(update_fields=["is_active"])
        before = everything()
        for nobody in (rea, mo, hal):
            with pytest.raises(Refused, match="is no keyworker of Riverside at present"):
                hands([ana], kay, nobody)
        with pytest.raises(Refused, match="They are kay's already"):
            hands([ana], kay, kay)
        with pytest.raises(Refused, match="Choose at least one client"):
            handing_over.hand_over(clinic=ana.clinic, clients=[], held_by=rea, to=kay, by=BY, now=NOW)
        assert everything() == before

    def test_no_client_of_another_clinic_goes_along(self, ana, kay, rea, other_clinic, hal):
        hugo = a_client(other_clinic, "H1", keyworker=hal)
        with pytest.raises(Refused, match="Somebody was quicker"):
            hands([ana, hugo], kay, rea)
        assert keyworkers() == {"A1": "kay", "H1": "hal"}

    @pytest.mark.parametrize(
        ("told", "why"),
        [
            ({"starts_on": day("2026-03-01")}, "2026-03-01 is past"),
            ({"starts_on": day("2026-07-01")}, "more than 92 days ahead"),
            ({"starts_on": day("2026-03-09"), "until": day("2026-03-08")}, "is before 2026-03-09"),
            ({"note": "x" * 301}, "300"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, ana, kay, rea, told, why):
        with pytest.raises(Refused, match=why):
            hands([ana], kay, rea, **told)
        assert keyworkers() == {"A1": "kay"}


class TestOnAComingDay:
    def test_nothing_happens_before_the_day_and_all_of_it_on_the_day_once(self, ana, ben, kay, rea, clinic):
        hands([ana, ben], kay, rea, starts_on=day("2026-03-09"))
        assert handing_over.carry_out_due(clinic, monday(1) - timedelta(hours=13)) == 0
        assert keyworkers() == {"A1": "kay", "B1": "kay"}
        assert handing_over.carry_out_due(clinic, monday(1)) == 2
        assert handing_over.carry_out_due(clinic, monday(1)) == 0
        assert keyworkers() == {"A1": "rea", "B1": "rea"}

    def test_whoever_was_handed_on_meanwhile_stays_there(self, ana, ben, kay, rea, clinic):
        zoe = a_keyworker(clinic, "zoe")
        given = hands([ana, ben], kay, rea, starts_on=day("2026-03-09"))
        hands([ben], kay, zoe)
        assert handing_over.carry_out_due(clinic, monday(1)) == 1
        assert keyworkers() == {"A1": "rea", "B1": "zoe"}
        assert dict(given.handed.values_list("client__reference", "moved_at")) == {
            "A1": monday(1),
            "B1": None,
        }

    def test_it_does_not_happen_where_the_other_has_left_by_then(self, ana, kay, rea, clinic):
        given = hands([ana], kay, rea, starts_on=day("2026-03-09"))
        User.objects.filter(pk=rea.pk).update(is_active=False)
        assert handing_over.carry_out_due(clinic, monday(1)) == 0
        given.refresh_from_db()
        assert (keyworkers(), given.ended_because) == ({"A1": "kay"}, "rea had left by then.")

    def test_the_same_planned_twice_is_planned_once(self, ana, kay, rea):
        hands([ana], kay, rea, starts_on=day("2026-03-09"))
        before = everything()
        with pytest.raises(Refused, match="Ana goes to rea on 2026-03-09 already"):
            hands([ana], kay, rea, starts_on=day("2026-03-09"))
        assert everything() == before


class TestForALeave:
    def test_they_come_back_the_day_after(self, ana, ben, kay, rea, clinic):
        hands([ana, ben], kay, rea, until=day("2026-03-08"))
        assert keyworkers() == {"A1": "rea", "B1": "rea"}
        assert handing_over.carry_out_due(clinic, monday(1) - timedelta(hours=13)) == 0
        assert handing_over.carry_out_due(clinic, monday(1)) == 2
        assert keyworkers() == {"A1": "kay", "B1": "kay"}

    def test_whoever_found_a_new_keyworker_meanwhile_stays_with_them(self, ana, ben, kay, rea, clinic):
        zoe = a_keyworker(clinic, "zoe")
        hands([ana, ben], kay, rea, until=day("2026-03-08"))
        hands([ana], rea, zoe)
        handing_over.carry_out_due(clinic, monday(1))
        assert keyworkers() == {"A1": "zoe", "B1": "kay"}

    def test_only_those_who_were_covered_come_back(self, ana, ben, kay, rea, clinic):
        """Ben is Rea's by a hand-over of his own before the leave begins: he is not brought back to Kay."""
        hands([ana, ben], kay, rea, starts_on=day("2026-03-09"), until=day("2026-03-15"))
        hands([ben], kay, rea)
        handing_over.carry_out_due(clinic, monday(1))
        handing_over.carry_out_due(clinic, monday(2))
        assert keyworkers() == {"A1": "kay", "B1": "rea"}

    def test_taken_back_nobody_comes_back_twice(self, ana, kay, rea, clinic):
        given = hands([ana], kay, rea, until=day("2026-03-08"))
        assert handing_over.take_back(hand_over=given, by=BY, now=NOW) == 1
        hands([ana], kay, rea)
        handing_over.carry_out_due(clinic, monday(1))
        assert keyworkers() == {"A1": "rea"}


class TestTakingBack:
    def test_they_are_whose_they_were(self, ana, ben, kay, rea, clinic):
        zoe = a_keyworker(clinic, "zoe")
        given = hands([ana, ben], kay, rea)
        hands([ben], rea, zoe)
        assert handing_over.take_back(hand_over=given, by=BY, now=NOW) == 1
        assert keyworkers() == {"A1": "kay", "B1": "zoe"}
        with pytest.raises(Refused, match="taken back already"):
            handing_over.take_back(hand_over=given, by=BY, now=NOW)

    def test_one_to_come_does_not_come(self, ana, kay, rea, clinic):
        given = hands([ana], kay, rea, starts_on=day("2026-03-09"))
        assert handing_over.take_back(hand_over=given, by=BY, now=NOW) == 0
        assert handing_over.carry_out_due(clinic, monday(1)) == 0
        assert keyworkers() == {"A1": "kay"}

    def test_after_a_week_it_is_a_hand_over_of_its_own(self, ana, kay, rea):
        given = hands([ana], kay, rea)
        with pytest.raises(Refused, match="more than 7 days ago"):
            handing_over.take_back(hand_over=given, by=BY, now=NOW + timedelta(days=8))


def test_whoever_takes_over_says_so_and_nobody_for_them(ana, kay, rea, clinic):
    given = hands([ana], kay, rea)
    assert list(handing_over.unseen(clinic, rea)) == [given]
    with pytest.raises(Refused, match="Only rea can say"):
        handing_over.see(hand_over=given, by=Actor.staff(kay), now=NOW)
    assert handing_over.see(hand_over=given, by=Actor.staff(rea), now=NOW) is True
    assert handing_over.see(hand_over=given, by=Actor.staff(rea), now=NOW) is False
    assert list(handing_over.unseen(clinic, rea)) == []


def test_clients_left_behind_are_those_whose_keyworker_is_none_any_more(ana, clinic, kay, rea):
    cara, dee = a_client(clinic, "C1", keyworker=rea), a_client(clinic, "D1")
    assert list(handing_over.left_behind(clinic.clients.all())) == []
    User.objects.filter(pk=kay.pk).update(is_active=False)
    rea.memberships.filter(role=Role.KEYWORKER).delete()
    assert set(handing_over.left_behind(clinic.clients.all())) == {ana, cara}
    assert dee.keyworker is None
