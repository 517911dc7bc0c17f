"""Places on the globe: how far, which box, and where an area lies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.directory.choosing.geography import Point, box_around, distance_km, middle, point_in

POINTS = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        (Point(53.8, -1.55), Point(53.8, -1.55), 0),
        (Point(51.5007, -0.1246), Point(48.8584, 2.2945), 340),
        (Point(0, 179.5), Point(0, -179.5), 111.195),
        (Point(90, 0), Point(-90, 77), 20015.1),
    ],
)
def test_distances_known_from_maps(one, other, km):
    assert distance_km(one, other) == pytest.approx(km, rel=0.005, abs=1e-6)


@given(POINTS, POINTS)
def test_there_is_as_far_as_back(one, other):
    assert distance_km(one, other) == pytest.approx(distance_km(other, one), abs=1e-6)
    assert 0 <= distance_km(one, other) <= 20_016


@given(POINTS, POINTS, st.floats(0.1, 3000))
def test_whatever_is_within_a_radius_is_in_the_box(middle_point, point, radius):
    box = box_around(middle_point, radius)
    if distance_km(middle_point, point) <= radius * 0.999_999:
        assert box.south <= point.north <= box.north
        assert box.west <= point.east <= box.east


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("53.7997, -1.5492", Point(53.7997, -1.5492)),
        (" 53.7997 -1.5492 ", Point(53.7997, -1.5492)),
        ("53;1", Point(53, 1)),
        ("91, 1", None),
        ("leeds", None),
        ("1", None),
        ("", None),
        ("1e5, 2", None),
    ],
)
def test_degrees_are_read_where_they_are_degrees(text, point):
    assert point_in(text) == point


def test_the_middle_of_a_town_is_not_moved_by_one_misplaced_hall():
    halls = [Point(53.80, -1.55), Point(53.81, -1.54), Point(53.79, -1.56), Point(10, 10), Point(53.8, -1.55)]
    centre = middle(halls, 30)
    assert centre is not None
    assert distance_km(centre, Point(53.8, -1.55)) < 1
    assert middle([], 30) is None
    assert middle([Point(53, 0), Point(-53, 0), Point(0, 100), Point(0, -100)], 30) is None, (
        "a name in four countries"
    )
