"""The Django app's configuration."""

from django.apps import AppConfig

__all__ = ["PetitionkitApp"]


class PetitionkitApp(AppConfig):
    """Tables of petitionkit, under the label ``petitionkit``."""

    name = "petitionkit.django"
    label = "petitionkit"
    verbose_name = "Petitions"
    default_auto_field = "django.db.models.BigAutoField"
