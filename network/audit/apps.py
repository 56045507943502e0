"""App configuration of the audit log."""

from django.apps import AppConfig

from network.events import outbox_handlers, personal_reads, restricted_tables

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
        from django.db.models.signals import post_save
        from wagtail.models import ModelLogEntry, PageLogEntry  # need loaded models

        from network.audit.asked import VERIFY_KIND, verify_asked
        from network.audit.handlers import copy_log_entry

        for model in (PageLogEntry, ModelLogEntry):
            post_save.connect(copy_log_entry, sender=model, dispatch_uid=f"network_audit_{model.__name__}")
        restricted_tables.register("network_audit_auditentry", f"SELECT, INSERT ({WRITTEN})")
        for table in ("auditlink", "auditanchor", "auditverification"):
            restricted_tables.register(f"network_audit_{table}", "SELECT, INSERT")
        restricted_tables.register("network_audit_auditrotation", "SELECT")
        outbox_handlers.register(VERIFY_KIND, verify_asked)
        for name in ("log", "entry", "export", "verification"):
            personal_reads.register(f"network_audit:{name}", "审计记录")
