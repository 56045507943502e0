"""The frame of every public page: own name, emblem, footer facts, labels."""

from __future__ import annotations

from collections import Counter

from deploy.checking.browser import Answer
from deploy.checking.plan import step
from deploy.checking.reading import read_frame
from deploy.checking.steps import listing, require
from deploy.checking.world import COLUMN, HUB, PROVINCE, World

FACTS = ("sponsor", "contact_address", "contact", "site_code", "icp_number", "public_security_number")
MARKS = ("government_mark", "report_error", "site_map")
SITE_LABELS = ("SiteName", "SiteDomain", "SiteIDCode")
COLUMN_LABELS = (*SITE_LABELS, "ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType")
FORBIDDEN = ("", "null", "none", "undefined", "待补充")


@step("homes", "每个站点的首页打开", needs=["logins"])
def homes(world: World) -> str:
    answers: dict[str, Answer] = world.everywhere(lambda slug: world.get(slug, "/"), world.sites)
    broken = [f"{slug}（{answer.status}）" for slug, answer in answers.items() if answer.status != 200]
    require(not broken, f"首页没有打开：{listing(broken)}。")
    world.frames = {slug: read_frame(answer.text) for slug, answer in answers.items()}
    by_host = {entry.host: slug for slug, entry in world.sites.items()}
    world.names = {HUB: world.frames[HUB].labels.get("SiteName", "")}
    for frame in world.frames.values():
        for host, name in frame.links.items():
            slug = by_host.get(host, "")
            # The tiles and the way up use short names; the directory's full name is the longest.
            if slug and slug != HUB and len(name) > len(world.names.get(slug, "")):
                world.names[slug] = name
    return f"{len(answers)} 个站点"


@step("names", "每个站点显示自己的全称", needs=["homes"])
def names(world: World) -> None:
    unnamed = [slug for slug in world.sites if not world.names.get(slug)]
    require(not unnamed, f"站群目录中没有 {listing(unnamed)} 的全称。")
    for slug, frame in world.frames.items():
        name = world.names[slug]
        require(name in frame.masthead, f"{slug} 的页头没有全称“{name}”，页头是“{frame.masthead[:60]}”。")
        require(frame.title == name, f"{slug} 的标题是“{frame.title}”，应为“{name}”。")
        others = [other for other in world.names.values() if other in frame.masthead and other not in name]
        require(not others, f"{slug} 的页头出现了别的站点的全称“{listing(others)}”。")
    shared = [name for name, count in Counter(world.names.values()).items() if count > 1]
    require(not shared, f"全称“{listing(shared)}”由多个站点共用。")


@step("emblems", "每个站点的徽标图片可见且能取到", needs=["homes"])
def emblems(world: World) -> None:
    for slug, frame in world.frames.items():
        require(any(source.endswith(".svg") for source in frame.emblems), f"{slug} 的页头没有徽标。")
    pictures = {source: slug for slug, frame in world.frames.items() for source in frame.emblems}
    for source, slug in pictures.items():
        answer = world.get(slug, source)
        kind = answer.headers.get("Content-Type", "")
        require(
            answer.status == 200 and "svg" in kind and "<svg" in answer.text,
            f"{slug} 的徽标 {source} 取不到（{answer.status}，{kind}）。",
        )


@step("footers", "每个站点的页脚载明自己的主办单位、标识码和备案号", needs=["homes"])
def footers(world: World) -> None:
    for slug, frame in world.frames.items():
        missing = [field for field in (*FACTS, *MARKS) if frame.footer.get(field, "").lower() in FORBIDDEN]
        require(not missing, f"{slug} 的页脚缺少 {listing(missing)}。")
        name, sponsor = world.names.get(slug, ""), frame.footer["sponsor"]
        require(sponsor == name, f"{slug} 的主办单位是“{sponsor}”，应为“{name}”。")
    for field in ("site_code", "icp_number", "public_security_number"):
        counted = Counter(frame.footer[field] for frame in world.frames.values())
        shared = [value for value, count in counted.items() if count > 1]
        require(not shared, f"页脚的 {field} “{listing(shared)}”由多个站点共用。")


@step("labels", "首页、栏目页带有规定的网页标签", needs=["homes"])
def labels(world: World) -> None:
    for slug, frame in world.frames.items():
        _require_labels(slug, frame.labels, SITE_LABELS)
        wanted = {
            "SiteName": world.names.get(slug, ""),
            "SiteDomain": world.sites[slug].host.partition(":")[0],
            "SiteIDCode": frame.footer.get("site_code") or frame.labels["SiteIDCode"],
        }
        for label, value in wanted.items():
            require(frame.labels[label] == value, f"{slug} 的 {label} 是“{frame.labels[label]}”，应为“{value}”。")
    for slug in (HUB, PROVINCE, list(world.sites)[-1]):
        frame = read_frame(world.get(slug, f"/{COLUMN}/").text)
        _require_labels(f"{slug} 的栏目页", frame.labels, COLUMN_LABELS)


def _require_labels(where: str, found: dict[str, str], wanted: tuple[str, ...]) -> None:
    missing = [label for label in wanted if found.get(label, "").strip().lower() in FORBIDDEN]
    require(not missing, f"{where}缺少标签 {listing(missing)}。")
