"""The one plan that the scenarios register their steps in."""

from deploy.checking.steps import Plan

PLAN = Plan()
step = PLAN.step
