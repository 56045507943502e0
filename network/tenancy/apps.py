"""App configuration of the registry."""

from django.apps import AppConfig

from network.events import restricted_tables


class TenancyConfig(AppConfig):
    name = "network.tenancy"
    label = "network_tenancy"
    verbose_name = "站点注册"

    def ready(self) -> None:
        from network.tenancy import checks  # noqa: F401  registers system checks once apps are loaded

        restricted_tables.register("network_tenancy_installation", "SELECT")
        restricted_tables.register("network_tenancy_registrygeneration", "SELECT")
        restricted_tables.register("network_tenancy_templatedump", "SELECT")
        # Histories are written by triggers of the owner role.
        restricted_tables.register("network_tenancy_sitetransition", "SELECT")
        restricted_tables.register("network_tenancy_sitename", "SELECT")
        restricted_tables.register("network_tenancy_upgraderun", "SELECT")
        restricted_tables.register("network_tenancy_upgradesite", "SELECT")
