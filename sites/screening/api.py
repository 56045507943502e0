"""The door of the checks of texts."""

from sites.screening.actions import TextRefused, require_clean
from sites.screening.files import scan_fault
from sites.screening.findings import Finding, Outcome
from sites.screening.queries import screen

__all__ = ["Finding", "Outcome", "TextRefused", "require_clean", "scan_fault", "screen"]
