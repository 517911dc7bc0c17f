"""Who does a thing: every verb is handed one, and the audit trail keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from clinic.models import ActorKind, User


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts; user is set for staff alone. name is a user name, a token's name or a command's."""

    kind: ActorKind
    name: str = ""
    user: User | None = None

    @property
    def label(self) -> str:
        """What a record shows for them: their name, else what kind of actor they are."""
        return self.name or self.kind.value

    @classmethod
    def staff(cls, user: User) -> Actor:
        """A signed-in member of staff."""
        return cls(ActorKind.STAFF, user.get_username(), user)

    @classmethod
    def client(cls) -> Actor:
        """The client, through a signed link."""
        return cls(ActorKind.CLIENT)

    @classmethod
    def contact(cls) -> Actor:
        """A local contact, through a signed link."""
        return cls(ActorKind.CONTACT)

    @classmethod
    def token(cls, name: str) -> Actor:
        """Another system, through the API."""
        return cls(ActorKind.TOKEN, name)

    @classmethod
    def command(cls, name: str) -> Actor:
        """Somebody with a shell on the server."""
        return cls(ActorKind.COMMAND, name)

    @classmethod
    def system(cls, name: str) -> Actor:
        """The software itself, by the name of its part."""
        return cls(ActorKind.SYSTEM, name)
