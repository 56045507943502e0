"""App configuration of the boards."""

from django.apps import AppConfig


class BoardsConfig(AppConfig):
    name = "network.boards"
    label = "network_boards"
    verbose_name = "站点概况"

    def ready(self) -> None:
        from network.boards import actions  # needs loaded models
        from network.contracts import Sweep
        from network.events import outbox_handlers, site_removal, sweeps

        outbox_handlers.register(actions.KIND, actions.write_summary)
        site_removal.register(actions.forget_site)
        sweeps.register("boards.summary", Sweep(seconds=15, run=actions.ask_for_what_changed))
        sweeps.register("boards.closing_due", Sweep(seconds=600, run=actions.tell_closing_due))
