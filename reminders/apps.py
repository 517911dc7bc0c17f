from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "reminders"

    def ready(self) -> None:
        """Connect the receivers."""
        from reminders.prompts import receivers  # noqa: F401
