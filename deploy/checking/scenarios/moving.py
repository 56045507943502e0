"""A whole site out to an open archive, and in again as another site."""

from __future__ import annotations

import hashlib
import io
import json
import re
import time
import zipfile
from typing import Any

from deploy.checking.browser import Answer, Upload, local_path
from deploy.checking.plan import step
from deploy.checking.reading import main_text
from deploy.checking.staff import form_errors, refusal
from deploy.checking.steps import listing, require, until
from deploy.checking.world import CITY, HUB, NEIGHBOUR, PROVINCE, World

TRANSFERS = "/admin/network/transfers/"
JOB = re.compile(rf"{TRANSFERS}([0-9a-f-]{{36}})/")
SECONDS_TO_EXPORT = 120
SECONDS_TO_IMPORT = 240
COMPARED = 40
"""Enough to see every kind of page without looking at each one twice."""


def _job_of(answer: Answer) -> str:
    found = JOB.search(local_path(answer.location)) if answer.status == 302 else None
    require(found, f"没有得到事项页面（{answer.status}）：{form_errors(answer)}")
    assert found is not None
    return found.group(1)


def _facts(world: World, job: str) -> dict[str, Any]:
    answer = world.person(HUB, "webmaster").browser.get(f"{TRANSFERS}{job}/?format=json")
    require(answer.status == 200, f"打不开事项页面（{answer.status}）：{refusal(answer)}")
    found = answer.json()
    assert isinstance(found, dict)
    return found


def _settled(world: World, job: str, *, seconds: float) -> dict[str, Any]:
    """The job once nothing is under way."""
    return until(
        lambda: (facts := _facts(world, job))["state"] not in ("waiting", "opening") and facts,
        seconds=seconds,
        pause=0.5,
    ) or _facts(world, job)


def _lines(archive: zipfile.ZipFile, kind: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(f"content/{kind}.jsonl").splitlines()]


def _archive(world: World) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(world.blobs["archive"]))


@step("move_export", "总站站点管理员导出省站，下载整站档案", needs=["logins", "homes"])
def move_export(world: World) -> str:
    person = world.person(HUB, "webmaster")
    address = f"{TRANSFERS}export/{PROVINCE}/"
    person.browser.get(address)
    job = _job_of(person.browser.post(address))
    facts = _settled(world, job, seconds=SECONDS_TO_EXPORT)
    require(facts["state"] == "done", f"导出没有完成（{facts['state']}）：{facts['error']}")
    world.facts["export"] = job
    answer = person.browser.get(f"{TRANSFERS}{job}/download/")
    require(answer.status == 200 and answer.content[:2] == b"PK", f"下载应答 {answer.status}，不是 zip。")
    require("no-store" in answer.headers.get("Cache-Control", ""), "下载的应答没有写明不得缓存。")
    world.blobs["archive"] = answer.content
    return f"{len(answer.content) // 1024} KiB"


@step("move_private", "别的省站、市站和没有职责的人取不到档案", needs=["move_export"])
def move_private(world: World) -> None:
    address = f"{TRANSFERS}{world.facts['export']}/download/"
    for slug, username in ((NEIGHBOUR, "webmaster"), (CITY, "webmaster"), (HUB, "editor"), (PROVINCE, "editor")):
        answer = world.person(slug, username).browser.get(address)
        require(
            answer.status in (302, 403, 404), f"{slug} 的 {username} 下载到了 {PROVINCE} 的档案（{answer.status}）。"
        )
    for slug in (HUB, PROVINCE):
        answer = world.get(slug, address)
        require(answer.status in (302, 404), f"未登录的人在 {slug} 下载到了档案（{answer.status}）。")


@step("move_manifest", "档案每个文件都与清单的 SHA-256 相符", needs=["move_export"])
def move_manifest(world: World) -> str:
    with _archive(world) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        names = {entry["path"] for entry in manifest["files"]}
        extra = set(archive.namelist()) - names - {"manifest.json", "manifest.sig"}
        require(not extra, f"档案中有清单没有列出的文件：{listing(sorted(extra))}。")
        for entry in manifest["files"]:
            digest = hashlib.sha256(archive.read(entry["path"])).hexdigest()
            require(digest == entry["sha256"], f"{entry['path']} 与清单不符。")
        require("manifest.sig" in archive.namelist(), "档案没有签名。")
    return f"{len(names)} 个文件"


@step("move_content", "档案有该站全部公开页面，没有邻站的任何页面", needs=["move_manifest"])
def move_content(world: World) -> str:
    with _archive(world) as archive:
        addresses = {row["path"] for row in _lines(archive, "addresses")}
        titles = {row["fields"]["title"] for row in _lines(archive, "pages")}
        text = archive.read("content/people.jsonl").decode()
    sitemap = world.get(PROVINCE, "/sitemap.xml", is_fresh=True).text
    public = {local_path(found) for found in re.findall(r"<loc>([^<]+)</loc>", sitemap)}
    require(addresses == public, f"档案与站点地图不同：{listing(sorted(addresses ^ public))}。")
    foreign = world.get(NEIGHBOUR, "/sitemap.xml", is_fresh=True).text
    only_there = {local_path(found) for found in re.findall(r"<loc>([^<]+)</loc>", foreign)} - public
    shown = [path for path in sorted(only_there) if not path.startswith(("/tzgg/x", "/zj-"))][:COMPARED]
    for path in shown:
        page = world.get(NEIGHBOUR, path).text
        heading = re.search(r"<h1[^>]*>([^<]+)</h1>", page)
        title = heading.group(1).strip() if heading else ""
        require(title not in titles or not title, f"档案含有 {NEIGHBOUR} 的页面“{title}”。")
    require("password" not in text and "argon2" not in text, "档案带有口令。")
    return f"{len(addresses)} 个网址"


def _upload(world: World, content: bytes) -> dict[str, Any]:
    person = world.person(HUB, "webmaster")
    person.browser.get(f"{TRANSFERS}import/")
    upload = Upload(name="site.zip", content=content, content_type="application/zip")
    job = _job_of(person.browser.post(f"{TRANSFERS}import/", file=upload))
    return {**_settled(world, job, seconds=SECONDS_TO_EXPORT), "job": job}


@step("move_damage", "改动一个字节的档案被拒绝并说明", needs=["move_manifest"])
def move_damage(world: World) -> None:
    out = io.BytesIO()
    with _archive(world) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as damaged:
        for name in archive.namelist():
            data = bytearray(archive.read(name))
            if name == "content/pages.jsonl":
                place = data.find(b'"title":"') + len('"title":"')
                data[place : place + 3] = "毁".encode()
            damaged.writestr(name, bytes(data))
    facts = _upload(world, out.getvalue())
    require(facts["state"] == "failed", f"改动过的档案没有被拒绝（{facts['state']}）。")
    require("SHA-256" in facts["error"], f"拒绝时没有说明缘由：{facts['error']}")


@step("move_check", "上传完好的档案，核对报告写明签名和数量", needs=["move_manifest"])
def move_check(world: World) -> str:
    facts = _upload(world, world.blobs["archive"])
    require(facts["state"] == "checked", f"完好的档案没有通过核对（{facts['state']}）：{facts['error']}")
    require(facts["report"]["trust"] == "trusted", f"本安装的签名不受信任（{facts['report']['trust']}）。")
    world.facts["import"] = facts["job"]
    return f"{facts['report']['counts']['pages']} 个页面"


@step("move_import", "确认后开出新站点，公开页面与原站一致", needs=["move_check", "move_content"])
def move_import(world: World) -> str:
    person, job, slug = world.person(HUB, "webmaster"), world.facts["import"], f"zj{world.mark}"
    began = time.monotonic()
    form = {
        "slug": slug,
        "domain": f"{slug}.gongshang.gov.cn",
        "parent": PROVINCE,
        "level": "prefecture",
        "division_code": "449900",
        "site_code": "",
    }
    world.moved = slug
    answer = person.browser.post(f"{TRANSFERS}{job}/confirm/", form)
    require(answer.status == 302, f"确认导入未成功（{answer.status}）：{form_errors(answer)}")
    facts = _settled(world, job, seconds=SECONDS_TO_IMPORT)
    require(facts["state"] == "done", f"导入没有完成（{facts['state']}）：{facts['error']}")
    seconds = time.monotonic() - began
    with _archive(world) as archive:
        addresses = sorted(row["path"] for row in _lines(archive, "addresses"))
    shown = addresses[:: -(-len(addresses) // COMPARED) or 1]
    for path in shown:
        here = world.moved_site().get(path)
        require(here.status == 200, f"新站点的 {path} 应答 {here.status}，应为 200。")
        if path.count("/") > 2:
            there = world.get(PROVINCE, path)
            require(_words(here, slug) == _words(there, PROVINCE), f"新站点的 {path} 与原站不同。")
    return f"{len(addresses)} 个网址，{seconds:.1f} 秒"


def _words(answer: Answer, slug: str) -> str:
    """The words of a page, without its own host, which the printed address names."""
    return re.sub(r"\s+", "", main_text(answer.text)).replace(f"//{slug}.", "//")


@step("move_drafts", "原站的草稿在新站点仍不公开", needs=["move_import"])
def move_drafts(world: World) -> str:
    with _archive(world) as archive:
        drafts = [row["path"] for row in _lines(archive, "pages") if not row["fields"]["live"]]
    require(drafts, f"{PROVINCE} 没有草稿，无从核对。")
    for path in drafts:
        status = world.moved_site().get(path).status
        require(status in (404, 410), f"草稿 {path} 在新站点公开了（{status}）。")
    return f"{len(drafts)} 篇"


@step("move_away", "撤走导入的站点", needs=[], is_cleanup=True)
def move_away(world: World) -> None:
    if world.moved:
        done = world.manage("drop_demo_site", world.moved)
        require(done.returncode == 0, f"撤走站点未成功：{done.stderr[-200:]}")
