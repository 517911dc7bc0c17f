from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class AttendanceConfig(AppConfig):
    name = "attendance"

    def ready(self) -> None:
        """Connect the receivers, and have each new database know the fellowships."""
        from attendance.register import receivers as of_register  # noqa: F401
        from attendance.standing import receivers as of_standing  # noqa: F401

        post_migrate.connect(seed_fellowships, sender=self)


def seed_fellowships(using: str, **_: Any) -> None:
    """The well-known fellowships, where their table is there: it is not once everything was migrated away."""
    from attendance.directory import fellowships
    from attendance.directory.models import Fellowship

    if Fellowship._meta.db_table in connections[using].introspection.table_names():
        fellowships.seed()
