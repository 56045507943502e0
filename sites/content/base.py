"""The ground every page type stands on (decision 0001: an abstract base over Wagtail's own page)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import F, JSONField, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import Page, PagePermissionTester, PageViewRestriction
from wagtail.url_routing import RouteResult

from network.compiled import Compiled
from network.syndication.api import ItemState, find_item
from network.tenancy.api import absolute_url
from sites.accounts.api import places_of, rights_in
from sites.content.blocks import BodyBlock
from sites.content.depth import hold_depth
from sites.content.guiding import GuidancePanel
from sites.content.indexing import indexed_by_hand, keep_indexes
from sites.content.openness import Openness
from sites.content.queries import hold_stopped
from sites.content.saving import PAGE_KEYS
from sites.content.withholding import WithheldPanel

TAKE_DOWN = "sites_accounts.take_down"

_PAGE = -1
"""Stands in a compiled statement for the key of a page."""

URL_PATH = Compiled(lambda: Page.objects.filter(pk=_PAGE).values_list("url_path"))


class ReviewedPermissionTester(PagePermissionTester):
    """Rights on a reviewed page: nobody publishes by hand, a webmaster takes down, an editor keeps to own columns."""

    permissions: set[str]

    def __init__(self, user: Any, page: Page) -> None:
        super().__init__(user, page)
        if self.user.is_active and not self.user.is_superuser and places_of(user):
            self.permissions = (self.permissions - {"add", "change"}) | rights_in(user, page)

    def can_edit(self) -> bool:
        return not self._is_visitor and super().can_edit()

    def can_add_subpage(self) -> bool:
        return not self._is_visitor and super().can_add_subpage()

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return not self._is_visitor and super().can_delete(ignore_bulk)

    def can_move(self) -> bool:
        return not self._is_visitor and super().can_move()

    def can_reorder_children(self) -> bool:
        return not self._is_visitor and super().can_reorder_children()

    def can_copy(self) -> bool:
        return not self._is_visitor and super().can_copy()

    def can_submit_for_moderation(self) -> bool:
        is_editor = self.user.is_superuser or "change" in getattr(self, "permissions", ())
        return not self._is_visitor and is_editor and super().can_submit_for_moderation()

    @property
    def _is_visitor(self) -> bool:
        """A visitor from above takes down; what is written or reviewed here is the site's own work."""
        return getattr(self.user, "is_visitor", False)

    def can_publish(self) -> bool:
        return False

    def can_publish_subpage(self) -> bool:
        return False

    def can_unpublish(self) -> bool:
        is_possible = self.user.is_active and self.page.live and not self.page_is_root
        if not is_possible or self.page_locked() or not self.user.has_perm(TAKE_DOWN):
            return False
        item = find_item(self.page.translation_key)
        # What travels is recalled, not taken down: the sites that show it would keep it.
        return item is None or item.state == ItemState.RECALLED

    def can_set_view_restrictions(self) -> bool:
        return False


ADDRESS = frozenset({"slug", "url_path"})
KEPT_KEYS = ("alias_of", "content_type", "latest_revision", "locale", "locked_by", "owner")
"""Keys that a page keeps whatever a revision of it says."""


class SitePage(Page):
    """A page of one site. Its absolute address comes from the registry, never from a setting."""

    search_auto_update = False
    """``save`` keeps the index; what is deleted takes its entry along."""

    is_site_restricting = True
    """False where the statement that found the page saw that no page of the site has a view restriction."""

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return ReviewedPermissionTester(user, self)

    def get_full_url(self, request: Any = None) -> str | None:
        path = self.get_url(request)
        return absolute_url(connection.tenant, path) if path and path.startswith("/") else path

    full_url = property(get_full_url)

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        """Wagtail's own, which costs two statements, unless the site is known to restrict no page at all."""
        if not self.is_site_restricting:
            return cast("QuerySet[PageViewRestriction]", ())  # an empty queryset asks to be compiled
        restrictions: QuerySet[PageViewRestriction] = super().get_view_restrictions()
        return restrictions

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """A draft through the very view that serves the public page; kept by no cache."""
        request.is_preview = True
        request.preview_mode = mode_name
        response = self.serve(request)
        patch_cache_control(response, private=True)
        return response

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A page stopped from above keeps its address: a new one would be a way round. Raises NotAllowed.

        Raises InvalidValue for a new page deeper in the tree than the rules let one lie.
        """
        if self._state.adding and self.depth:
            hold_depth(self.depth, self.title)
        names = kwargs.get("update_fields")
        may_move = self.pk and (names is None or not ADDRESS.isdisjoint(names))
        stored = URL_PATH.rows({_PAGE: self.pk}) if may_move else []
        before = stored[0][0] if stored else None
        with transaction.atomic():
            with indexed_by_hand():
                super().save(*args, **kwargs)
            keep_indexes(self, names)
            if before is not None and before != self.url_path:
                hold_stopped(before)

    def with_content_json(self, content: dict[str, Any]) -> Page:
        """Wagtail's own, without looking in the database for each key that it then takes from the page."""
        return super().with_content_json({**content, **dict.fromkeys(KEPT_KEYS)})

    def full_clean(self, exclude: Collection[str] | None = None, **kwargs: Any) -> None:
        super().full_clean(exclude={*(exclude or ()), *PAGE_KEYS}, **kwargs)

    def get_site_path(self) -> str:
        """The path under which this site shows the page."""
        parts = self.url_path.split("/", 2)
        return f"/{parts[2]}" if len(parts) > 2 else "/"


Faults = dict[str, list[str]]
"""Field to sentences that name the value and the remedy."""

NOTHING = RawSQL("NULL::jsonb", [], output_field=JSONField())


class ContentPage(SitePage):
    """What every reviewed item has: summary, source, department, keywords, body, its place in the catalogue.

    A type with fields of its own says which values contradict each other (``contradictions``, refused always),
    what a reader would miss (``gaps``, refused from the first review on, not in a draft), and how its fields
    travel (``details``).
    """

    summary = models.TextField(_("摘要"), blank=True, max_length=500)
    source = models.CharField(_("来源"), max_length=100, blank=True)
    author = models.CharField(_("作者"), max_length=60, blank=True)
    department = models.CharField(_("责任部门"), max_length=80, blank=True)
    keywords = models.CharField(_("关键词"), max_length=200, blank=True, help_text=_("多个关键词以空格分隔"))
    document_number = models.CharField(_("文号"), max_length=100, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("正文"), blank=True)
    openness = models.CharField(
        _("公开属性"), max_length=12, choices=Openness.choices, default=Openness.OPEN, db_default=Openness.OPEN
    )
    openness_ground = models.CharField(
        _("不公开的依据"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("依申请公开、不予公开的，写明法律依据和审查意见。"),
    )
    review_on = models.DateField(
        _("下次评估日期"), null=True, blank=True, help_text=_("依申请公开、不予公开的，到期重新评估能否公开。")
    )
    subject = models.CharField(_("主题分类"), max_length=80, blank=True, default="", db_default="")
    document_form = models.CharField(_("体裁"), max_length=40, blank=True, default="", db_default="")
    scope = models.CharField(
        _("公开范围"),
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text=_("面向全社会公开的不必填写。"),
    )
    created_on = models.DateField(_("生成日期"), null=True, blank=True, help_text=_("信息形成或者变更的日期。"))

    subpage_types: list[str] = []
    parent_page_types = ["sites_pages.ColumnPage"]
    show_in_menus_default = False

    own_panels: list[Any] = []
    content_kind = "article"
    kind_field = ""
    """Field that holds the kind, for a type that has several."""

    past_days: tuple[str, ...] = ("created_on",)
    """Date fields whose day must have come: a date of issue, never one of effect."""

    shown_apart: tuple[str, ...] = ()
    """Fields of the catalogue that the public frame of the type has a place for."""

    travels = True
    """False for a type that speaks of its own site alone: it cannot be dispatched."""

    is_draft = False
    """True while a form saves a draft: gaps may remain."""

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        faults = self.contradictions()
        if not self.is_draft:
            for name, sentences in self.gaps().items():
                faults.setdefault(name, []).extend(sentences)
        if faults:
            raise ValidationError(faults)

    def contradictions(self) -> Faults:
        """Values that cannot be true, or not together."""
        return {}

    def gaps(self) -> Faults:
        """What is missing before others may review it."""
        return {}

    def details(self, writer: Any) -> dict[str, Any]:
        """The fields of the type in neutral form, ``kind`` first; empty for a type without any.

        ``writer`` (``NeutralWriter``) turns bodies and files; references are ``{"kind", "uid"}`` as in bodies.
        """
        return {}

    @classmethod
    def kind_expression(cls) -> Any:
        """The kind of each row, for lists."""
        return F(cls.kind_field) if cls.kind_field else Value(cls.content_kind)

    @classmethod
    def list_expressions(cls) -> tuple[Any, Any]:
        """``(links, validity)`` of each row, for lists; as ``sites.pages.linking`` writes them."""
        return NOTHING, NOTHING

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """A recalled item still answers, with its notice; other pages off line do not."""
        if not path_components and not self.live:
            return RouteResult(self)
        return super().route(request, path_components)

    @property
    def kind_key(self) -> str:
        """Key of the kind of item, as lists and search facets name it."""
        return str(getattr(self, self.kind_field)) if self.kind_field else self.content_kind

    @property
    def body_facts(self) -> list[tuple[str, str]]:
        """Label and value pairs shown under the title."""
        return [(str(_("文号")), self.document_number)] if self.document_number else []


def content_panels_of(own: list[Any]) -> list[Any]:
    """Panels of the writing tab: title, own fields, body."""
    return [
        GuidancePanel(),
        WithheldPanel(),
        FieldPanel("title"),
        *own,
        FieldPanel("summary"),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                FieldPanel("source"),
                FieldPanel("author"),
                FieldPanel("department"),
                FieldPanel("document_number"),
                FieldPanel("keywords"),
            ],
            heading=_("稿件信息"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("openness"),
                FieldPanel("openness_ground"),
                FieldPanel("review_on"),
                FieldPanel("subject"),
                FieldPanel("document_form"),
                FieldPanel("created_on"),
                FieldPanel("scope"),
            ],
            heading=_("信息公开目录"),
        ),
    ]


def edit_handler_of(own: list[Any]) -> TabbedInterface:
    """Two tabs: writing, address."""
    return TabbedInterface(
        [
            ObjectList(content_panels_of(own), heading=_("内容")),
            ObjectList([FieldPanel("slug")], heading=_("地址")),
        ]
    )
