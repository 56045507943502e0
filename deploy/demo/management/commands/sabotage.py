"""Switch a sabotage of the demo's database on or off."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from deploy.demo.restoring import put_right, restore_accounts, restore_gate, restore_registry
from deploy.demo.sabotage import known_sabotages
from network.tenancy.models import Installation


class Command(BaseCommand):
    help = "Breaks one promise of the demo for its self-check, or puts everything right again (demo profile only)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="Name of the sabotage, for example gate_off.")
        parser.add_argument("switch", choices=["on", "off"])

    def handle(self, *args: object, **options: object) -> None:
        if settings.PROFILE != "demo" or settings.DATABASE_ROLE != "owner":
            raise CommandError("sabotage needs the demo profile with GOVSITES_DATABASE_ROLE=owner.")
        if not Installation.objects.filter(is_demo=True).exists():
            raise CommandError("sabotage is refused: this database is not marked as a demo install.")
        known = known_sabotages()
        name = str(options["name"])
        if name not in known:
            raise CommandError(f"No sabotage is called '{name}'. Known: {', '.join(sorted(known))}.")
        if options["switch"] == "off":
            restore_gate()
            restore_accounts()
            restore_registry()
            put_right()
            self.stdout.write(f"{name} off: the gate is closed, traces are put right.")
            return
        damage = known[name].damage
        if damage is not None:
            damage()
        self.stdout.write(f"{name} on: {known[name].what}")
