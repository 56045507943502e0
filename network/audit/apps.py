"""App configuration of the audit log."""

from django.apps import AppConfig

from network.events import restricted_tables


class AuditConfig(AppConfig):
    name = "network.audit"
    label = "network_audit"
    verbose_name = "审计"

    def ready(self) -> None:
        restricted_tables.register("network_audit_auditentry", "SELECT, INSERT")
