"""The door of upkeep as the level above sees it."""

from network.upkeep.actions import ask_exemption
from network.upkeep.models import Exemption, ExemptionState, Rereview, RereviewState
from network.upkeep.queries import (
    duty_board,
    exemptions_in_force,
    exemptions_of,
    find_rereview,
    settled_rereviews,
    waiting_rereviews,
)
from network.upkeep.rereviews import hold_waiting, open_rereview, settle_all_but, settle_rereview

__all__ = [
    "Exemption",
    "ExemptionState",
    "Rereview",
    "RereviewState",
    "ask_exemption",
    "duty_board",
    "exemptions_in_force",
    "exemptions_of",
    "find_rereview",
    "hold_waiting",
    "open_rereview",
    "settle_all_but",
    "settle_rereview",
    "settled_rereviews",
    "waiting_rereviews",
]
