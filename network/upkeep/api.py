"""The door of upkeep as the level above sees it."""

from network.upkeep.actions import ask_exemption
from network.upkeep.models import Exemption, ExemptionState
from network.upkeep.queries import duty_board, exemptions_in_force, exemptions_of

__all__ = [
    "Exemption",
    "ExemptionState",
    "ask_exemption",
    "duty_board",
    "exemptions_in_force",
    "exemptions_of",
]
