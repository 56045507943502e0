"""App configuration of the audit log."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "network.audit"
    label = "network_audit"
    verbose_name = "审计"
