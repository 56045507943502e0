"""App configuration of the audit log."""

from django.apps import AppConfig

from network.events import restricted_tables

# What a row says of itself is written by the application; number, time, transaction by the database alone.
WRITTEN = (
    "site, person, person_site, address, act, object_kind, object_id, object_title, detail, "
    "before_hash, after_hash, result"
)


class AuditConfig(AppConfig):
    name = "network.audit"
    label = "network_audit"
    verbose_name = "审计"

    def ready(self) -> None:
        restricted_tables.register("network_audit_auditentry", f"SELECT, INSERT ({WRITTEN})")
        for table in ("auditlink", "auditanchor", "auditverification"):
            restricted_tables.register(f"network_audit_{table}", "SELECT, INSERT")
        restricted_tables.register("network_audit_auditrotation", "SELECT")
