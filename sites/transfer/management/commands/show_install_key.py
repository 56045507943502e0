"""Show the public key by which other installs can trust this one."""

from django.core.management.base import BaseCommand

from network.transfer.api import install_id, public_key_pem


class Command(BaseCommand):
    help = "Prints the id of this install's signing key with its public key (PEM)."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"# {install_id()}")
        self.stdout.write(public_key_pem())
