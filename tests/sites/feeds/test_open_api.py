"""The open read API: what its document says, page by page, refusals with their remedy, nothing of another site."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from network.numbering.api import index_number
from network.open_data.api import write_cursor
from network.tenancy.api import Site, in_site
from sites.feeds.document import open_api_document
from sites.pages.models import ArticlePage
from tests.factories.articles import dispatch, draft_article, reviewed_article
from tests.factories.deliveries import work_off
from tests.factories.people import client_of
from tests.sites.transfer.rich_site import block, document

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
BASE = "/api/open/v1/"
TYPES = {str: "string", bool: "boolean", int: "integer", type(None): "null", dict: "object", list: "array"}


def get(client: Client, path: str, status: int = 200) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["Access-Control-Allow-Origin"] == "*"
    told: dict[str, Any] = json.loads(answer.content)
    return told


def faults(value: Any, schema: dict[str, Any], schemas: dict[str, Any], at: str = "$") -> list[str]:
    """Where a value differs from its schema; the part of JSON Schema that the document uses."""
    if "$ref" in schema:
        return faults(value, schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas, at)
    if "anyOf" in schema:
        tried = [faults(value, one, schemas, at) for one in schema["anyOf"]]
        return [] if [] in tried else tried[0]
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    held = {str: "string", bool: "boolean", int: "integer", type(None): "null", dict: "object", list: "array"}[
        type(value)
    ]
    if held not in types:
        return [f"{at} is {held}, not {types}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at} is {value!r}"]
    if held == "array":
        return [
            fault
            for place, one in enumerate(value)
            for fault in faults(one, schema["items"], schemas, f"{at}[{place}]")
        ]
    if held != "object":
        return []
    assert schema["additionalProperties"] is False
    wrong = set(value) ^ set(schema["properties"])
    return [f"{at} differs in {sorted(wrong)}"] * bool(wrong) + [
        fault
        for name in set(value) & set(schema["properties"])
        for fault in faults(value[name], schema["properties"][name], schemas, f"{at}.{name}")
    ]


def answer_schema(told: dict[str, Any], path: str, status: str = "200") -> dict[str, Any]:
    schema: dict[str, Any] = told["paths"][path]["get"]["responses"][status]["content"]["application/json"]["schema"]
    return schema


def test_every_answer_is_as_the_document_says(guangdong: Site, hub: Site) -> None:
    held = document(guangdong, "附件的内容")
    article = reviewed_article(
        guangdong, subject="market", document_number="粤工商〔2026〕1号", body=[block("attachment", held.pk)]
    )
    received = reviewed_article(hub, title="总局下发的通知")
    dispatch(hub, received)
    work_off()
    client = client_of(guangdong)
    told = get(client, f"{BASE}openapi.json")
    assert told["openapi"] == "3.1.0"
    schemas = told["components"]["schemas"]
    for path in told["paths"]:
        for content in (article, received) if "content_id" in path else (None,):
            asked = path.replace("{content_id}", str(content.translation_key)) if content else path
            answer = get(client, f"{BASE}{asked.lstrip('/')}")
            assert faults(answer, answer_schema(told, path), schemas) == [], path
    problem = get(client, f"{BASE}items/{uuid.uuid4()}/", 404)
    assert faults(problem, answer_schema(told, "/items/{content_id}/", "404"), schemas) == []
    with in_site(guangdong):
        assert open_api_document(guangdong) == told


def test_an_item_is_told_whole_with_absolute_addresses(guangdong: Site) -> None:
    held = document(guangdong, "附件的内容")
    article = reviewed_article(
        guangdong, title="有附件的通知", department="登记处", body=[block("attachment", held.pk)]
    )
    client = client_of(guangdong)
    told = get(client, f"{BASE}items/{article.translation_key}/")
    assert told["id"] == article.translation_key.urn
    assert told["index_number"] == index_number(article.translation_key)
    assert (told["openness"], told["department"], told["column"]) == ("open", "登记处", "tzgg")
    (file,) = told["attachments"]
    assert file["sha256"] == held.sha256
    for address in (told["url"], told["api_url"], file["url"]):
        assert address.startswith("http://guangdong.localhost")
    assert get(client, f"{BASE}items/")["items"] == [
        {name: told[name] for name in get(client, f"{BASE}items/")["items"][0]}
    ]


def test_pages_lead_on_and_what_is_published_meanwhile_shifts_nothing(guangdong: Site) -> None:
    titles = [reviewed_article(guangdong, title=f"通知{number}").title for number in range(5)]
    client = client_of(guangdong)
    page = get(client, f"{BASE}items/?limit=2")
    seen = [item["title"] for item in page["items"]]
    reviewed_article(guangdong, title="刚发布的")
    while page["next"]:
        page = get(client, page["next"].split("localhost", 1)[1].lstrip(":0123456789"))
        seen += [item["title"] for item in page["items"]]
    assert seen == titles[::-1]


def test_items_are_narrowed_by_column_kind_and_time(guangdong: Site) -> None:
    first = reviewed_article(guangdong, title="通知", column="tzgg", kind="notice")
    reviewed_article(guangdong, title="动态", column="gzdt", kind="news")
    client = client_of(guangdong)

    def titles(query: str) -> list[str]:
        return [item["title"] for item in get(client, f"{BASE}items/?{query}")["items"]]

    assert titles("column=tzgg") == ["通知"]
    assert titles("kind=news") == ["动态"]
    assert titles("kind=law") == []
    with in_site(guangdong):
        moment = ArticlePage.objects.get(title="动态").last_published_at
    assert moment > first.last_published_at
    assert titles(f"updated_since={moment.isoformat().replace('+', '%2B')}") == ["动态"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("limit=0", "“limit”为“0”，应为 1 至 100"),
        ("limit=101", "应为 1 至 100"),
        ("limit=ten", "“limit”为“ten”"),
        ("column=nothing", "本站没有栏目“nothing”"),
        ("column=../x", "“column”的值“../x”无效"),
        ("updated_since=2026-01-31", "应为带时区的时间"),
        ("updated_since=2026-02-31T00:00:00Z", "应为带时区的时间"),
        ("cursor=xx", "“cursor”的值“xx”无效"),
        (f"cursor={write_cursor('2026-01-31T00:00:00+08:00', 'x')}", "“cursor”的值“x”无效"),
        ("page=2", "没有参数“page”，可用的参数：limit、cursor"),
        ("limit=5&limit=6", "参数“limit”只能给一次"),
    ],
)
def test_a_wrong_value_is_refused_with_its_remedy(guangdong: Site, query: str, said: str) -> None:
    client = client_of(guangdong)
    get(client, f"{BASE}items/?limit=5")
    told = get(client, f"{BASE}items/?{query}", 400)
    assert told["code"] == "network.invalid_value"
    assert said in told["message"]


def test_drafts_and_other_sites_items_are_unknown(guangdong: Site, hebei: Site) -> None:
    draft = draft_article(guangdong)
    other = reviewed_article(hebei, title="河北的通知")
    client = client_of(guangdong)
    for content in (draft, other):
        assert get(client, f"{BASE}items/{content.translation_key}/", 404)["code"] == "open.unknown"
    assert get(client, f"{BASE}items/")["items"] == []
    assert len(get(client_of(hebei), f"{BASE}items/")["items"]) == 1


def test_it_only_reads(guangdong: Site) -> None:
    client = client_of(guangdong)
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(f"{BASE}items/").status_code == 405


def test_who_holds_an_answer_is_told_that_it_still_stands(guangdong: Site) -> None:
    reviewed_article(guangdong)
    client = client_of(guangdong)
    first = client.get(f"{BASE}items/")
    assert client.get(f"{BASE}items/", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    reviewed_article(guangdong)
    assert client.get(f"{BASE}items/", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200
