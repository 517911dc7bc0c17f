from django.apps import AppConfig


class ClinicConfig(AppConfig):
    name = "clinic"

    def ready(self) -> None:
        """Connect the receivers."""
        from clinic import receivers  # noqa: F401
