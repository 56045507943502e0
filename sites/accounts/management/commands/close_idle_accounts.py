"""Close the accounts that nobody signed in with for as long as the rules say."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandParser

from network.tenancy.api import all_sites, in_site
from sites.accounts.duties import close_idle_accounts


class Command(BaseCommand):
    help = (
        "Closes idle accounts of every site, or of one; as the worker does every few hours. Says how many at the end."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", default="", help="Key of one site, for example guangdong.")

    def handle(self, *args: object, **options: object) -> None:
        wanted = str(options["site"])
        sites = [site for site in all_sites() if not wanted or site.slug == wanted]
        closed = 0
        for site in sites:
            with in_site(site):
                closed += close_idle_accounts()
        self.stdout.write(f"close_idle_accounts: {len(sites)} sites, {closed} accounts closed")
