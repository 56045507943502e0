"""Let a person in again whom nobody at the site may help."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser

from network.errors import NetworkError
from network.tenancy.api import get_site, in_site
from sites.accounts.recovery import recover_account


class Command(BaseCommand):
    help = "Prints a password for one sign-in of a person who has a duty of control and lost the way in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("site", help="Key of the site, for example guangdong.")
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="Goes into the audit log.")
        parser.add_argument("--second-factor", action="store_true", help="Forget the lost device, too.")

    def handle(self, *args: object, **options: object) -> None:
        username = str(options["username"])
        try:
            site = get_site(str(options["site"]))
            with in_site(site):
                password = recover_account(
                    username, forgets_device=bool(options["second_factor"]), reason=str(options["reason"])
                )
        except (NetworkError, LookupError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{site.full_name} {username}：{password}")
        self.stdout.write("只够登录一次，登录后须立即更换。请当面交给本人；已记入本站审计。")
