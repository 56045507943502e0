"""A site with something of everything, for moving it."""

from __future__ import annotations

import io
import uuid
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection, transaction
from PIL import Image
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection
from wagtail.models import Site as WagtailSite

from network.tenancy.api import Site, in_site
from network.transfer.api import Archive, open_archive
from sites.accounts.models import DutyScope, Staff
from sites.importing.models import ImportedItem
from sites.media.models import SiteDocument, SiteImage
from sites.pages.models import ArticlePage, ColumnPage, LawPage
from sites.transfer.exporting import export_site
from sites.upkeep.models import ColumnOwner
from tests.factories.articles import change_article, dispatch, draft_article, paragraph, review, reviewed_article
from tests.factories.deliveries import work_off

RARE = "𠮷野家 〇 ㍿ é café 𝒳 “引号” <符号> & \u2028 \u200d 末"
WORDS = "本市自有的通告"


def picture(site: Site, colour: str, name: str = "") -> SiteImage:
    data = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(data, "PNG")
    with in_site(site):
        held = SiteImage.objects.create(
            title=f"图{colour}",
            alt_text=f"{colour}色块",
            file=ContentFile(data.getvalue(), name=name or f"{colour}.png"),
            collection=Collection.get_first_root_node(),
        )
        held.file.close()
        return held


def document(site: Site, text: str, name: str = "附件.txt") -> SiteDocument:
    with in_site(site):
        held = SiteDocument.objects.create(title="附件", file=ContentFile(text.encode(), name=name))
        held.file.close()
        return held


def block(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def fill(site: Site, origin: Site | None = None) -> dict[str, ArticlePage]:
    """Fill a site; with ``origin`` it also receives an item. Returns its articles by what they are."""
    red, held = picture(site, "red"), document(site, "附件的内容")
    plain = reviewed_article(site, title=f"{WORDS}一", slug="plain")
    with in_site(site):
        for number, revision in enumerate((plain.latest_revision_id, 1)):
            ImportedItem.objects.create(
                key=f"www.old.gov.cn/{number}.html",
                digest="0" * 64,
                page_id=plain.pk,
                revision_id=revision,
                old_path=f"/{number}.html",
            )
        red.tags.add("图库", "封面")
        folder = Collection.get_first_root_node().add_child(instance=Collection(name="专题"))
        folder.add_child(instance=Collection(name="二级"))
        SiteDocument.objects.filter(pk=held.pk).update(collection=folder)
    link = f'<p>见<a linktype="page" id="{plain.pk}">前文</a>和<a id="{held.pk}" linktype="document">附件</a>。</p>'
    table = {
        "data": [["项目", "数量"], [RARE, None]],
        "first_row_is_table_header": True,
        "first_col_is_header": False,
        "table_caption": "统计",
    }
    rich = reviewed_article(
        site,
        title=f"{WORDS} {RARE}"[:200],
        slug="rich",
        summary=RARE,
        body=[
            block("heading", "一、总则"),
            block("paragraph", link),
            block("table", table),
            block("quote", RARE),
            block("picture", {"image": red.pk, "caption": "图注"}),
            block("attachment", held.pk),
        ],
    )
    changed = reviewed_article(site, title=f"{WORDS}二", slug="changed")
    draft = draft_article(site, title=f"{WORDS}草稿", slug="draft", body=paragraph(RARE))
    gone = reviewed_article(site, title=f"{WORDS}已下线", slug="gone", column="gzdt")
    with in_site(site), transaction.atomic():
        change_article(changed, title=f"{WORDS}二修订")
        changed = review(ArticlePage.objects.get(pk=changed.pk))
        change_article(changed, title=f"{WORDS}二再改", author="editor2")
        ArticlePage.objects.get(pk=gone.pk).unpublish(user=None)
        law = LawPage(
            title="本市办法", slug="law", live=False, adoption=RARE, owner=Staff.objects.get(username="editor")
        )
        ColumnPage.objects.get(key="flfg").add_child(instance=law)
        Redirect.objects.create(
            old_path="/old/notice", site=WagtailSite.objects.get(), redirect_page=plain, is_permanent=True
        )
        editor = Staff.objects.get(username="editor")
        ColumnOwner.objects.create(column=ColumnPage.objects.get(key="tzgg"), department="办公室", person=editor)
        ColumnOwner.objects.create(column=ColumnPage.objects.get(key="flfg"), department="法规处")
        second = Staff.objects.get(username="editor2")
        DutyScope.objects.create(person=second, duty="editor", column_key="tzgg")
        DutyScope.objects.create(person=second, duty="editor", department="法规处")
        connection.check_constraints()
    if origin is not None:
        sent = reviewed_article(
            origin,
            title="上级下发的通知",
            body=[block("picture", {"image": picture(origin, "blue").pk, "caption": ""})],
        )
        dispatch(origin, sent)
        work_off()
    return {"plain": plain, "rich": rich, "changed": changed, "draft": draft, "gone": gone}


def export(site: Site, folder: Path, name: str = "site.zip") -> Path:
    """The archive of a site, read in the test's own transaction."""
    target = folder / name
    with in_site(site):
        export_site(site, target, exported_by="tests")
    return target


def contents(path: Path) -> dict[str, str]:
    """Path of each content file of an archive to its SHA-256."""
    with open_archive(path) as archive:
        return {entry.path: entry.sha256 for entry in archive.entries.values() if entry.path != "site.json"}


def records(archive: Archive, kind: str) -> dict[str, dict[str, Any]]:
    return {record["uid"]: record for record in archive.records(kind)}
