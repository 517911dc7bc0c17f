import pytest

from attendance.directory.fellowships import fellowship_named
from attendance.directory.finding import meeting_by_slug, meetings_by_slugs, search
from attendance.directory.models import Meeting
from clinic.errors import Refused
from tests.attendance.directory.lists import a_record, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_feeds() -> None:
    take_in(a_record("lunch"), a_record("leeds-only"), feed="leeds")
    take_in(a_record("lunch"), a_record("york-only"), feed="https://york.example/list")


def by_hand(slug: str) -> Meeting:
    return Meeting.objects.create(
        fellowship=fellowship_named("SMART Recovery"),
        slug=slug,
        name="By hand",
        time_zone="Europe/London",
        attendance_option="in_person",
    )


@pytest.mark.usefixtures("two_feeds")
def test_a_slug_of_one_feed_is_enough():
    found = meeting_by_slug(" leeds-only ")
    assert found is not None
    assert found.reference == "leeds:leeds-only"


@pytest.mark.usefixtures("two_feeds")
def test_a_slug_that_two_feeds_share_needs_its_feed():
    with pytest.raises(Refused) as refusal:
        meeting_by_slug("lunch")
    assert refusal.value.sentence == (
        "More than one feed has a meeting 'lunch': write leeds:lunch or https://york.example/list:lunch."
    )
    for reference in ("leeds:lunch", "https://york.example/list:lunch"):
        found = meeting_by_slug(reference)
        assert found is not None
        assert found.reference == reference


@pytest.mark.usefixtures("two_feeds")
@pytest.mark.parametrize(
    "text", ["nowhere", "leeds:york-only", "lunch:leeds", "", ":", "leeds:", "lun\x00ch", "\ud800"]
)
def test_a_slug_that_names_nothing_finds_nothing(text):
    assert meeting_by_slug(text) is None


def test_a_meeting_entered_by_hand_has_nothing_before_the_colon():
    mine = by_hand("lunch")
    assert meeting_by_slug("lunch") == mine
    take_in(a_record("lunch"), feed="leeds")
    with pytest.raises(Refused, match="write :lunch or leeds:lunch"):
        meeting_by_slug("lunch")
    assert meeting_by_slug(":lunch") == mine


def test_a_closed_meeting_is_found_as_somebody_may_have_gone_before():
    take_in(a_record("lunch"))
    take_in()
    assert meeting_by_slug("lunch") is not None


@pytest.mark.usefixtures("two_feeds")
def test_many_slugs_are_found_in_one_query_each_with_its_answer(django_assert_num_queries):
    texts = ["leeds-only", "lunch", "leeds:lunch", "nowhere", "leeds-only"]
    with django_assert_num_queries(1):
        found = meetings_by_slugs(texts)
        named = {text: m.reference if isinstance(m, Meeting) else m.sentence for text, m in found.items()}
    assert named == {
        "leeds-only": "leeds:leeds-only",
        "lunch": "More than one feed has a meeting 'lunch': write leeds:lunch or https://york.example/list:lunch.",
        "leeds:lunch": "leeds:lunch",
        "nowhere": "There is no meeting 'nowhere'.",
    }
    with django_assert_num_queries(1):
        meetings_by_slugs(f"slug-{number}" for number in range(50))
    with django_assert_num_queries(2):
        meetings_by_slugs(f"slug-{number}" for number in range(1001))


@pytest.fixture
def a_town() -> None:
    take_in(
        a_record("lunch", name="Monday Lunch"),
        a_record("late", name="Late Lunch", day=5, location="Quaker House", region="Headingley"),
        a_record("steps", name="100% Steps", day=4, group="Evening Group"),
        a_record("shut", name="Shut Lunch", types=["TC"]),
    )


@pytest.mark.usefixtures("a_town")
@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ("lunch", ["late", "lunch"]),
        ("mond", ["lunch"]),
        ("mon lun", ["lunch"]),
        ("friday lunch", ["late"]),
        ("fr", []),
        ("HEADING", ["late"]),
        ("quaker", ["late"]),
        ("evening", ["steps"]),
        ("ls1", ["steps", "late", "lunch"]),
        ("100%", ["steps"]),
        ("%", ["steps"]),
        ("_", []),
        ("", []),
        ("  ", []),
        ("lunch nowhere", []),
        ("\x00\ud800", []),
    ],
)
def test_typing_finds_meetings_on_offer_by_name_place_and_day(typed, slugs):
    assert [meeting.slug for meeting in search(typed, 10)] == slugs


@pytest.mark.usefixtures("a_town")
def test_a_name_that_begins_with_what_is_typed_comes_first():
    assert [meeting.slug for meeting in search("mon", 10)] == ["lunch"]
    assert [meeting.slug for meeting in search("late", 10)] == ["late"]
    assert len(search("ls1", 2)) == 2


@pytest.mark.usefixtures("a_town")
def test_a_search_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert [f"{m.reference} {m.fellowship}" for m in search("steps", 5)] == [
            "leeds:steps Narcotics Anonymous"
        ]


LONG = "sunset-literature-duscussion-meeting-big-book-stories-4th-edition"


@pytest.mark.parametrize("published", [LONG, "step:study", "x" * 500])
def test_a_slug_that_does_not_fit_is_found_as_it_was_published(published):
    take_in(a_record(published), a_record("lunch"), feed="https://oc.example/list")
    kept = Meeting.objects.exclude(slug="lunch").get()
    assert kept.slug != published
    for text in (published, f"https://oc.example/list:{published}", kept.slug, kept.reference):
        assert meeting_by_slug(text) == kept
    assert meeting_by_slug(f"york:{published}") is None


def test_a_published_slug_that_several_meetings_go_by_says_which_there_are():
    take_in(a_record(LONG), feed="leeds")
    take_in(a_record(LONG), feed="york")
    with pytest.raises(Refused, match=r"'sunset.*: write leeds:sunset.* or york:"):
        meeting_by_slug(LONG)
    take_in(a_record("noon", day=[1, 3]), feed="hull")
    with pytest.raises(Refused, match="A feed has several meetings 'noon': write hull:noon-1 or hull:noon-3"):
        meeting_by_slug("noon")


def test_a_slug_of_ours_goes_before_one_that_was_published():
    take_in(a_record("noon"), a_record("noon", day=[1, 3], name="Elsewhere"))
    assert meeting_by_slug("noon").slug == meeting_by_slug("leeds:noon").slug == "noon"


def test_a_text_longer_than_any_name_is_not_taken_apart():
    assert meeting_by_slug(":" * 100_000) is None
