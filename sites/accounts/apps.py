"""App configuration of staff accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sites.accounts"
    label = "sites_accounts"
    verbose_name = "人员"

    def ready(self) -> None:
        from wagtail.admin.forms.account import NameEmailForm
        from wagtail.admin.views.account import PasswordResetConfirmView, PasswordResetView  # need loaded models

        from network.contracts import Sweep
        from network.entry.api import CLOSE_KIND
        from network.events import (
            outbox_handlers,
            periodic_commands,
            personal_reads,
            provisioning_steps,
            restricted_tables,
            staff_conflicts,
            staff_roles,
            summary_counts,
            sweeps,
            template_steps,
            upgrade_steps,
        )
        from sites.accounts import entry, handlers, idle, password_reset, provisioning, roles  # noqa: F401  need loaded models; handlers register
        from sites.accounts.tokens import SiteTokenGenerator

        # Wagtail has no setting for it; both views read the attribute at each request.
        PasswordResetView.token_generator = PasswordResetConfirmView.token_generator = SiteTokenGenerator()

        # One name in one field, as on every other screen; an address is not everybody's.
        for name in ("first_name", "last_name"):
            NameEmailForm.base_fields.pop(name, None)
        NameEmailForm.base_fields["email"].required = False

        outbox_handlers.register(password_reset.KIND, password_reset.send_reset_mail)
        for role in roles.ROLES:
            staff_roles.register(role.key, role.name)
        staff_conflicts.register("duties", roles.conflict_of)
        summary_counts.register("staff", provisioning.count_staff)
        outbox_handlers.register(idle.KIND, idle.close)
        sweeps.register(idle.KIND, Sweep(seconds=idle.SECONDS, run=idle.ask_everywhere))
        template_steps.register("10 roles", roles.write_roles)
        upgrade_steps.register("10 roles", roles.write_roles)
        provisioning_steps.register("20 staff", provisioning.open_accounts)

        outbox_handlers.register(CLOSE_KIND, entry.close_lapsed)

        # Accounts are closed, never deleted; rights belong to duties, which only the owner role writes.
        restricted_tables.register("sites_accounts_staff", "SELECT, INSERT, UPDATE")
        restricted_tables.register("sites_accounts_passwordhistory", "SELECT, INSERT")
        restricted_tables.register("sites_accounts_dutyscope", "SELECT, INSERT, DELETE")
        restricted_tables.register("sites_accounts_accountreview", "SELECT, INSERT")
        restricted_tables.register("sites_accounts_staff_user_permissions", "SELECT")
        restricted_tables.register("auth_group", "SELECT")
        restricted_tables.register("auth_group_permissions", "SELECT")
        periodic_commands.register("clearsessions", 86_400)

        # Screens that show who the staff is; each look is recorded.
        for name in ("index", "index_results", "edit", "delete", "copy", "history", "history_results", "usage"):
            personal_reads.register(f"wagtailusers_users:{name}", "人员")
        for name in ("staff_review", "staff_scopes", "staff_security", "staff_security_account", "upkeep:people"):
            personal_reads.register(name, "人员账号")
        for name in ("list_submissions", "list_submissions_results"):
            personal_reads.register(f"wagtailforms:{name}", "表单提交")
