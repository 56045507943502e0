"""The door of the rules."""

from network.rules.loading import load_rules
from network.rules.queries import rule_value, rule_values

__all__ = ["load_rules", "rule_value", "rule_values"]
