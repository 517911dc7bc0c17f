"""Who is in the demonstration: clinics of one organisation, their staff, clients and local contacts. All made up."""

from dataclasses import dataclass
from typing import Any

from clinic.models import Role

# Known to everybody who has read this, so that it must open nothing but the demonstration.
PASSWORD = "harbour-demo-2026"  # noqa: S105
ORGANISATION = "Open Door"


@dataclass(frozen=True, slots=True)
class Programme:
    """A course of treatment, and whether it is 12-step based."""

    name: str
    twelve_step_based: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody of a group who rings people and goes along; meetings by slug."""

    first_name: str
    fellowship: str
    mobile: str
    area: str
    can_ring: str
    meetings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class House:
    """A clinic: its settings, who works and who is looked after there.

    numbers: the first telephone number and how the next ones follow, out of those set aside for fiction.
    """

    slug: str
    settings: dict[str, Any]
    safeguarding_lead: str
    programmes: tuple[Programme, ...]
    people: tuple[str, ...]
    numbers: str
    contacts: tuple[Contact, ...]
    languages: tuple[str, ...] = ("en",)

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.settings["name"])

    def number(self, index: int) -> str:
        """The telephone number of its client with this index."""
        return self.numbers.format(index)


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff, with a role in one clinic or several; whoever has an address reads e-mail in the morning."""

    username: str
    first_name: str
    last_name: str
    roles: tuple[tuple[str, Role], ...]
    email: str = ""


STAFF = (
    Colleague("amara", "Amara", "Okoye", (("harbour", Role.KEYWORKER),), "amara@harbour.example"),
    Colleague("tomas", "Tomas", "Fielding", (("harbour", Role.KEYWORKER),)),
    Colleague("priya", "Priya", "Nair", (("harbour", Role.KEYWORKER), ("meadow", Role.KEYWORKER))),
    Colleague("helen", "Helen", "Marsh", (("harbour", Role.MANAGER),), "helen@harbour.example"),
    Colleague("david", "David", "Osei", (("harbour", Role.ADMINISTRATOR),)),
    Colleague("lucia", "Lucia", "Romero", (("meadow", Role.MANAGER),)),
)

HARBOUR = House(
    slug="harbour",
    settings={
        "name": "Harbour Clinic",
        "organisation": ORGANISATION,
        "time_zone": "Europe/London",
        "country": "GB",
        "crisis_numbers": "Samaritans 116 123 (free, day and night); NHS 111; in an emergency 999",
    },
    safeguarding_lead="helen",
    programmes=(
        Programme("Day programme", twelve_step_based=True),
        Programme("Community programme", twelve_step_based=False),
        Programme("Evening programme", twelve_step_based=True),
    ),
    people=(
        "Aaliyah Brooks", "Adam Kowalczyk", "Agnes Whitlow", "Aisha Rahman", "Alan Pettifer", "Amit Desai",
        "Angela Moffat", "Anwar Siddiq", "Beatriz Carvalho", "Ben Ashdown", "Bethan Prosser", "Blessing Adeyemi",
        "Brendan Kealey", "Callum Rennie", "Carmen Ibarra", "Cerys Maddock", "Chidi Eze", "Chloe Farrant",
        "Colin Thackray", "Dariusz Nowicki", "Dawn Hesketh", "Deepa Menon", "Delroy Campbell", "Denise Larkin",
        "Eilidh Buchan", "Emeka Obi", "Farah Yusuf", "Femi Balogun", "Fiona Strachan", "Gareth Pugh-Lewis",
        "Gemma Tranter", "Hamza Malik", "Hannah Coates", "Ibrahim Jalloh", "Irena Petrova", "Jade Winstanley",
        "Jamal Henry", "Jerome Baptiste", "Joanna Lis", "Karen Oldroyd", "Keisha Grant", "Kieran Doyle",
        "Leon Fairweather", "Li Na Zhou", "Linda Garside", "Lorraine Mottram", "Malik Hussein", "Marta Silva",
        "Nadia Haddad", "Neil Cropper", "Olu Adebayo", "Patrick Geary", "Rosa Lombardi", "Ruth Abernethy",
        "Sanjay Pillai", "Shanice Palmer", "Stefan Ionescu", "Tamsin Rowe", "Wayne Dobbins", "Yasmin Karimi",
    ),
    numbers="07700 9001{:02}",
    contacts=(
        Contact("Marcus", "NA", "07700 900901", "Old Town", "weekday evenings",
                ("lantern-street-monday", "lantern-street-thursday")),
        Contact("Jean", "AA", "07700 900902", "Northgate", "mornings, any day",
                ("bell-lane-tuesday", "bell-lane-sunday")),
        Contact("Ravi", "SMART", "07700 900903", "Quayside", "lunchtimes and Sundays",
                ("foundry-yard-tuesday", "foundry-yard-friday")),
        Contact("Bronagh", "LifeRing", "07700 900904", "Millpond", "after 6 pm",
                ("millpond-wednesday", "millpond-sunday")),
    ),
    languages=("en", "en", "en", "en", "en", "en", "en", "pl", "ur", "pt"),
)  # fmt: skip

MEADOW = House(
    slug="meadow",
    settings={
        "name": "Meadow Clinic",
        "organisation": ORGANISATION,
        "time_zone": "America/New_York",
        "country": "US",
        "week_starts_on": 6,
        "meetings_per_week": 2,
        "crisis_numbers": "988 (call or text, day and night); in an emergency 911",
    },
    safeguarding_lead="lucia",
    programmes=(Programme("Intensive outpatient", twelve_step_based=True),),
    people=("Carla Benning", "DeShawn Ellery", "Miriam Katzner", "Tyler Voss", "Xiomara Prado"),
    numbers="(202) 555-01{:02}",
    contacts=(
        Contact(
            "Dolores",
            "NA",
            "(202) 555-0191",
            "Meadowbrook",
            "after 5 pm",
            ("maple-hall-monday", "maple-hall-wednesday"),
        ),
    ),
)

HOUSES = (HARBOUR, MEADOW)
