"""Placements: local pages that show an edition of another site, locked."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.url_routing import RouteResult

from sites.content.base import ReviewedPermissionTester, SitePage
from sites.inbox.withholding import ReceivedWithheldPanel


class LockedPermissionTester(ReviewedPermissionTester):
    """A placed item is kept by its sender: no copy, no deletion, no take-down on the receiving site."""

    def can_copy(self) -> bool:
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return False


class PlacementPage(SitePage):
    """One received item at this site: column, address, local note. Title and body are the edition's.

    Names its edition by content id without a foreign key, so that a dump of one site restores alone.
    ``title`` is kept for the admin's lists; the public page always shows the edition's.
    """

    content_id = models.UUIDField(_("内容编号"), db_index=True, editable=False)
    origin = models.CharField(_("发出站点"), max_length=63, editable=False)
    placed_version = models.PositiveIntegerField(_("版本"), default=0, editable=False)
    relates_to = models.JSONField(_("关联的信息"), default=list, db_default=[], editable=False)
    """What the edition says of others: ``{"type", "uid"}``, kept here to find it from the other end."""
    local_note = models.CharField(_("本站附注"), max_length=300, blank=True)

    is_creatable = False
    subpage_types: list[str] = []
    parent_page_types = ["sites_pages.ColumnPage"]
    edit_handler = ObjectList(
        [
            ReceivedWithheldPanel(),
            HelpPanel(_("本页为上级站点下发的信息，标题和正文由发出站点维护，本站可填写附注；附注须经审核后公开。")),
            FieldPanel("local_note"),
        ]
    )

    class Meta:
        verbose_name = _("下发信息")
        verbose_name_plural = _("下发信息")
        indexes = [GinIndex(fields=["relates_to"], name="placement_relates_to", opclasses=["jsonb_path_ops"])]
        constraints = [models.UniqueConstraint(fields=["content_id"], name="placement_once")]

    def permissions_for_user(self, user: Any) -> LockedPermissionTester:
        return LockedPermissionTester(user, self)

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """A recalled item still answers, with its notice; other pages off line do not."""
        if not path_components and not self.live:
            return RouteResult(self)
        return super().route(request, path_components)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from sites.inbox.serving import serve_placement  # serving reads this model

        return serve_placement(request, self)
