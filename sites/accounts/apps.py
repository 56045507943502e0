"""App configuration of staff accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sites.accounts"
    label = "sites_accounts"
    verbose_name = "人员"

    def ready(self) -> None:
        from network.events import provisioning_steps, template_steps
        from sites.accounts import provisioning, roles  # need loaded models

        template_steps.register("10 roles", roles.write_roles)
        provisioning_steps.register("20 staff", provisioning.open_accounts)
