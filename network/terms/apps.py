"""App configuration of the list of words."""

from django.apps import AppConfig

from network.events import restricted_tables


class TermsConfig(AppConfig):
    name = "network.terms"
    label = "network_terms"
    verbose_name = "词表"

    def ready(self) -> None:
        # Retired, never deleted: count and last change name the state of the list.
        restricted_tables.register("network_terms_sharedterm", "SELECT, INSERT, UPDATE")
