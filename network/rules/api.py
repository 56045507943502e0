"""The door of the rules."""

from network.rules.loading import load_rules
from network.rules.models import Rule
from network.rules.queries import layers_of, rule_value, rule_values, site_rule, site_rules

__all__ = ["Rule", "layers_of", "load_rules", "rule_value", "rule_values", "site_rule", "site_rules"]
