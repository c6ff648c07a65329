"""The Django app's configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

__all__ = ["PetitionkitApp"]


class PetitionkitApp(AppConfig):
    """Tables of petitionkit, under the label ``petitionkit``."""

    name = "petitionkit.django"
    label = "petitionkit"
    verbose_name = gettext_lazy("Petitions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, which Django wants to be imported here."""
        from petitionkit.django import checks  # noqa: F401, PLC0415 (registers itself)
