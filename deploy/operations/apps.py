"""App configuration of the operator's commands; no tables."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "deploy.operations"
    label = "deploy_operations"
    verbose_name = "运行维护"
