"""Files: never replaced, public only while an approved page or edition of the site refers to them."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from PIL import Image
from wagtail.models import Page, ReferenceIndex

from network.errors import NotAllowed
from network.tenancy.api import Site, in_site
from sites.media.models import SiteDocument, SiteImage
from sites.pages.models import ArticlePage
from tests.factories.articles import decide_next, dispatch, draft_article, reviewed_article, submit
from tests.factories.deliveries import work_off
from tests.factories.people import client_of
from tests.network.syndication.test_recall import recall

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def picture(colour: str) -> ContentFile:
    data = io.BytesIO()
    Image.new("RGB", (32, 24), colour).save(data, "PNG")
    return ContentFile(data.getvalue(), name=f"{colour}.png")


def document(site: Site, text: str = "附件内容", name: str = "notice.txt") -> SiteDocument:
    with in_site(site):
        held = SiteDocument.objects.create(title="附件", file=ContentFile(text.encode(), name=name))
        held.file.close()
        return held


def address_of(held: SiteDocument) -> str:
    """Where a published file is served."""
    return f"/files/{held.sha256}/{held.file.name.rsplit('/', 1)[-1]}"


def article_with(site: Site, held: SiteDocument, **traits: Any) -> ArticlePage:
    return reviewed_article(site, body=[{"type": "attachment", "value": held.pk}], **traits)


def close_file(response: Any) -> None:
    """Close the file behind an answer; ``close()`` itself would close the test's connection, too."""
    for close in response._resource_closers:
        close()


def status(site: Site, address: str) -> int:
    """Status of a visitor's request; the file behind the answer is closed."""
    response = client_of(site).get(address)
    close_file(response)
    return int(response.status_code)


def body_of(response: Any) -> bytes:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    close_file(response)
    return body


def test_the_hash_is_of_the_bytes(guangzhou: Site) -> None:
    held = document(guangzhou, "abc")
    assert held.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("model", [SiteImage, SiteDocument])
def test_a_file_is_not_replaced(guangzhou: Site, model: Any) -> None:
    with in_site(guangzhou):
        held = SiteImage.objects.create(title="图", file=picture("red")) if model is SiteImage else document(guangzhou)
        name, digest = held.file.name, held.sha256
        held.file.close()
        held.file = picture("blue") if model is SiteImage else ContentFile(b"other", name="other.txt")
        with pytest.raises(ValidationError, match="不能替换"):
            held.full_clean()
        with pytest.raises(IntegrityError, match="cannot be replaced"), transaction.atomic():
            held.save()
        table = model._meta.db_table
        for change in ("file = 'other.png'", "sha256 = repeat('0', 64)"):
            with pytest.raises(IntegrityError, match="cannot be replaced"), transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(f"UPDATE {table} SET {change} WHERE id = %s", [held.pk])
        now = model.objects.get(pk=held.pk)
        assert (now.file.name, now.sha256) == (name, digest)
        now.title = "新标题"
        now.full_clean()
        now.save()
        assert model.objects.get(pk=held.pk).title == "新标题"


def test_a_published_file_is_served_at_its_own_site_only(guangzhou: Site, shenzhen: Site) -> None:
    held = document(guangzhou)
    address = address_of(held)
    assert status(guangzhou, address) == 404
    article = article_with(guangzhou, held)
    answer = client_of(guangzhou).get(address)
    assert answer.status_code == 200
    assert body_of(answer) == "附件内容".encode()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert address in client_of(guangzhou).get(article.get_site_path()).content.decode()
    assert status(shenzhen, address) == 404
    # The same bytes at the other site, but nobody refers to them there.
    document(shenzhen)
    assert status(shenzhen, address) == 404


def test_a_file_goes_with_its_page(guangzhou: Site) -> None:
    held = document(guangzhou)
    article = article_with(guangzhou, held)
    address = address_of(held)
    assert status(guangzhou, address) == 200
    with in_site(guangzhou), transaction.atomic():
        ArticlePage.objects.get(pk=article.pk).unpublish(user=None)
        connection.check_constraints()
    assert status(guangzhou, address) == 404


def test_a_file_that_only_a_draft_refers_to_is_not_public(guangzhou: Site) -> None:
    held = document(guangzhou)
    draft_article(guangzhou, body=[{"type": "attachment", "value": held.pk}])
    assert status(guangzhou, address_of(held)) == 404


def test_a_draft_over_a_live_page_publishes_no_file(guangzhou: Site) -> None:
    from tests.factories.articles import change_article

    article = reviewed_article(guangzhou)
    held = document(guangzhou)
    with in_site(guangzhou):
        change_article(article, body=[{"type": "attachment", "value": held.pk}])
    assert status(guangzhou, address_of(held)) == 404


def test_a_travelling_file_is_served_where_the_item_stands(hub: Site, hebei: Site, shenzhen: Site) -> None:
    from network.syndication.api import Audience

    held = document(hub)
    article = article_with(hub, held)
    address = address_of(held)
    dispatch(hub, article, Audience(sites=("hebei",)))
    assert status(hebei, address) == 404
    work_off()
    answer = client_of(hebei).get(address)
    assert (answer.status_code, body_of(answer)) == (200, "附件内容".encode())
    assert status(shenzhen, address) == 404
    recall(hub, article.translation_key)
    for site in (hub, hebei, shenzhen):
        assert status(site, address) == 404


@pytest.mark.parametrize("digest", ["0" * 64, "A" * 64, "..", "0" * 63, "0" * 65, "%2e%2e"])
def test_no_other_name_reaches_a_file(guangzhou: Site, digest: str) -> None:
    assert client_of(guangzhou).get(f"/files/{digest}/x.txt").status_code == 404


def test_stored_files_are_for_the_sites_own_staff(guangzhou: Site, shenzhen: Site) -> None:
    held = document(guangzhou)
    address = f"/media/guangzhou/{held.file.name}"
    assert status(guangzhou, address) == 404
    answer = client_of(guangzhou, "editor").get(address)
    assert (answer.status_code, body_of(answer)) == (200, "附件内容".encode())
    assert client_of(shenzhen, "editor").get(address).status_code == 404
    for path in (f"/media/{held.file.name}", "/media/guangzhou/nothing.txt"):
        assert client_of(guangzhou, "editor").get(path).status_code == 404


@pytest.mark.parametrize("path", ["../../db.sqlite3", "../secrets.json", "..%2f..%2fsecrets.json", "/etc/passwd"])
def test_no_path_leaves_the_sites_folder(guangzhou: Site, path: str) -> None:
    assert client_of(guangzhou, "editor").get(f"/media/guangzhou/{path}").status_code in (400, 404)


def test_the_proxy_sends_the_bytes_where_there_is_one(guangzhou: Site, settings: Any) -> None:
    settings.MEDIA_PROXY = True
    held = document(guangzhou)
    article_with(guangzhou, held)
    answer = client_of(guangzhou).get(address_of(held))
    assert answer.headers["X-Accel-Redirect"] == f"/protected-media/guangzhou/{held.file.name}"
    assert answer.content == b""


def test_a_made_up_reference_publishes_no_file(guangzhou: Site) -> None:
    """The index of references is the application's to write; the approved rows of the page are not."""
    held = document(guangzhou)
    live = reviewed_article(guangzhou)
    with in_site(guangzhou):
        base, own = ContentType.objects.get_for_model(Page), ContentType.objects.get_for_model(ArticlePage)
        ReferenceIndex.objects.create(
            base_content_type=base,
            content_type=own,
            object_id=str(live.pk),
            to_content_type=ContentType.objects.get_for_model(SiteDocument),
            to_object_id=str(held.pk),
            model_path="body",
            content_path="body.1",
            content_path_hash=uuid.uuid4(),
        )
    assert status(guangzhou, address_of(held)) == 404
    article_with(guangzhou, held)
    assert status(guangzhou, address_of(held)) == 200


def test_a_second_copy_of_the_same_bytes_is_served(guangzhou: Site) -> None:
    document(guangzhou)
    second = document(guangzhou)
    article_with(guangzhou, second)
    assert status(guangzhou, f"/files/{second.sha256}/notice.txt") == 200


@pytest.mark.parametrize("name", ["title", "alt_text"])
def test_the_form_says_why_words_on_line_stay(guangzhou: Site, name: str) -> None:
    with in_site(guangzhou):
        image = SiteImage.objects.create(title="图", alt_text="窗口", file=picture("red"))
        image.file.close()
        setattr(image, name, "改过的话")
        image.full_clean()
    shown = reviewed_article(guangzhou, body=[{"type": "picture", "value": {"image": image.pk, "caption": ""}}])
    with in_site(guangzhou):
        with pytest.raises(ValidationError, match=f"“{shown.title}”正在登载这个文件") as caught:
            image.full_clean()
        assert list(caught.value.message_dict) == [name]
        held = SiteImage.objects.get(pk=image.pk)
        held.focal_point_x = 1
        held.full_clean()


def test_words_changed_in_review_ask_for_another_look(guangzhou: Site) -> None:
    """Two people read the picture's words; then somebody changes them; the third approval publishes nothing."""
    with in_site(guangzhou):
        image = SiteImage.objects.create(title="图", alt_text="窗口", file=picture("red"))
        image.file.close()
    draft = draft_article(guangzhou, body=[{"type": "picture", "value": {"image": image.pk, "caption": ""}}])
    with in_site(guangzhou):
        submit(draft)
        decide_next(draft)
        decide_next(draft)
        SiteImage.objects.filter(pk=image.pk).update(alt_text="另一句话")
        connection.check_constraints()
        with pytest.raises(NotAllowed, match="was approved by 1 people"), transaction.atomic():
            decide_next(draft)
        assert not ArticlePage.objects.get(pk=draft.pk).live
        SiteImage.objects.filter(pk=image.pk).update(alt_text="窗口")
        connection.check_constraints()
        decide_next(draft)
        assert ArticlePage.objects.get(pk=draft.pk).live
