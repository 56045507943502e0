"""App configuration of staff accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sites.accounts"
    label = "sites_accounts"
    verbose_name = "人员"

    def ready(self) -> None:
        from wagtail.admin.views.account import PasswordResetConfirmView, PasswordResetView  # need loaded models

        from network.events import provisioning_steps, template_steps
        from sites.accounts import provisioning, roles  # need loaded models
        from sites.accounts.tokens import SiteTokenGenerator

        # Wagtail has no setting for it; both views read the attribute at each request.
        PasswordResetView.token_generator = PasswordResetConfirmView.token_generator = SiteTokenGenerator()

        template_steps.register("10 roles", roles.write_roles)
        provisioning_steps.register("20 staff", provisioning.open_accounts)
