"""App configuration of the common page ground."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "sites.content"
    label = "sites_content"
    verbose_name = "内容"

    def ready(self) -> None:
        from django.db import connection
        from wagtail.models import Site as WagtailSite

        from network.tenancy.api import absolute_url
        from sites.content import saving

        # Wagtail builds root addresses from the stored host name; here one function writes them all,
        # so that the demo's hosts, ports, and the primary domain hold in API, previews, mails alike.
        WagtailSite.root_url = property(lambda site: absolute_url(connection.tenant, ""))
        saving.install()
