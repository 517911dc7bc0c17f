from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    name = "attendance"

    def ready(self) -> None:
        """Connect the receivers."""
        from attendance.register import receivers as of_register  # noqa: F401
        from attendance.standing import receivers as of_standing  # noqa: F401
