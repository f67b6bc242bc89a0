from django.apps import AppConfig


class PastesConfig(AppConfig):
    name = "pastes"

    def ready(self) -> None:
        from pastes import checks  # noqa: F401  (registers them)
