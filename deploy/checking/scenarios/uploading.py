"""Files that editors upload: scanned, held against their names, marked where nobody scanned them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

from deploy.checking.browser import Answer, Browser, Upload
from deploy.checking.control import ask
from deploy.checking.pictures import png
from deploy.checking.plan import step
from deploy.checking.steps import NotApplicable, require
from deploy.checking.world import CITY, World, last_line

ADD, ADD_IMAGE, LIST = "/admin/documents/add/", "/admin/images/add/", "/admin/documents/"
IMPORT = "/admin/imports/add/"
SIGNATURE = "Eicar-Test-Signature"
UNSCANNED = 'data-scan="unscanned"'
BOMB_BYTES = 4 * 1024**2
SIDE = 20_000
ROW = r"<tr[^>]*>(?:(?!</tr>).)*{title}(?:(?!</tr>).)*</tr>"
BINARY = "application/octet-stream"


def test_virus() -> bytes:
    """The harmless test file of the makers of scanners, put together here so that this file is none."""
    head, tail = r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    return (head + tail).encode()


def packed(files: Mapping[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return data.getvalue()


def word_file(**extra: bytes) -> bytes:
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
    return packed({**parts, **{f"word/{name}": content for name, content in extra.items()}})


def huge_picture() -> bytes:
    """A PNG of a hundred bytes that says it has 400 million points."""
    return png(SIDE, b"")


def _upload(browser: Browser, path: str, title: str, name: str, content: bytes) -> Answer:
    browser.get(path)
    fields = {"title": title, "collection": "1", "tags": "", "alt_text": title}
    return browser.post(path, fields, file=Upload(name=name, content_type=BINARY, content=content))


def _row(browser: Browser, title: str) -> str:
    """The row of a document in the list of files; empty when it is not there."""
    return next(iter(_rows(browser, title)), "")


def _rows(browser: Browser, words: str) -> list[str]:
    """The rows of the list of files with these words in their titles."""
    return re.findall(ROW.format(title=re.escape(words)), browser.get(f"{LIST}?ordering=-created_at").text, re.DOTALL)


def _require_scanner(world: World) -> None:
    state = world.network_status()["scanner"]["state"]
    if state == "none":
        raise NotApplicable("没有安装 clamd，上传的文件不扫描")
    require(state == "on", f"扫描服务的状态是“{state}”。")


@step("uploads_scanned", "含测试病毒的附件、旧站压缩包拒收，什么也没有留下；干净的收下", needs=["logins"])
def uploads_scanned(world: World) -> None:
    _require_scanner(world)
    browser = world.person(CITY, "editor").browser
    hostile = word_file(**{"media/a.bin": test_virus()})
    refused = f"自检带毒附件{world.mark}"
    answer = _upload(browser, ADD, refused, "a.docx", hostile)
    require(answer.status == 200 and SIGNATURE in answer.text, f"带病毒的附件得到应答 {answer.status}，没有说出病毒。")
    require(f'value="{refused}"' in answer.text, "拒收以后，填的标题不在了。")
    require(not _row(browser, refused), "带病毒的附件进了文件列表。")
    webmaster = world.person(CITY, "webmaster").browser
    webmaster.get(IMPORT)
    source = Upload(name="old.zip", content_type=BINARY, content=packed({"1.html": b"<p>1</p>", "a.docx": hostile}))
    answer = webmaster.post(IMPORT, {"source": "pages", "origin": f"zj{world.mark}.gov.cn"}, file=source)
    require(answer.status == 422 and SIGNATURE in answer.text, f"带病毒的旧站压缩包得到应答 {answer.status}。")
    sound = f"自检附件{world.mark}"
    answer = _upload(browser, ADD, sound, "a.docx", word_file())
    require(answer.status == 302, f"干净的附件得到应答 {answer.status}。")
    require(UNSCANNED not in _row(browser, sound), "扫描过的附件标着“未扫描”。")


@step("uploads_held", "改了扩展名的、压缩炸弹、两万点见方的图片、SVG 拒收", needs=["logins"])
def uploads_held(world: World) -> None:
    browser = world.person(CITY, "editor").browser
    for path, name, content, words in (
        (ADD, "a.pdf", word_file(), "内容不是 PDF 格式"),
        (ADD, "a.docx", word_file(**{"a.xml": bytes(BOMB_BYTES)}), "压缩炸弹"),
        (ADD_IMAGE, "a.png", huge_picture(), "40000000"),
        (ADD_IMAGE, "a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg"),
    ):
        answer = _upload(browser, path, f"自检坏文件{world.mark}", name, content)
        require(answer.status == 200 and words in answer.text, f"{name} 得到应答 {answer.status}，没有说“{words}”。")
    require(not _row(browser, f"自检坏文件{world.mark}"), "拒收的文件进了文件列表。")


@step("scanner_down", "扫描服务停了，演示收下附件并标“未扫描”；恢复后补扫，标记消失", needs=["uploads_scanned"])
def scanner_down(world: World) -> None:
    browser = world.person(CITY, "editor").browser
    socket, title = world.state / "run" / "control.sock", f"自检待扫附件{world.mark}"
    ask(socket, {"do": "stop_part", "name": "clamd"})
    try:
        answer = _upload(browser, ADD, title, "a.docx", word_file())
        require(answer.status == 302, f"扫描服务停了，附件得到应答 {answer.status}。")
        require(UNSCANNED in _row(browser, title), "没有扫描的附件没有标“未扫描”。")
    finally:
        ask(socket, {"do": "start_part", "name": "clamd"})
    done = world.manage("rescan_files", "--site", CITY)
    require(done.returncode == 0, f"rescan_files 失败：{last_line(done)}")
    row = _row(browser, title)
    require(row and UNSCANNED not in row, f"补扫以后仍标着“未扫描”：{last_line(done)}")


@step("uploads_removed", "删除自检的附件", is_cleanup=True)
def uploads_removed(world: World) -> str:
    if (CITY, "webmaster") not in world.passwords:
        return "没有上传"
    browser = world.person(CITY, "webmaster").browser
    for key in re.findall(r"/admin/documents/edit/(\d+)/", "".join(_rows(browser, world.mark))):
        browser.get(f"/admin/documents/delete/{key}/")
        browser.post(f"/admin/documents/delete/{key}/")
    require(not _rows(browser, world.mark), "自检的附件没有删除。")
    return "已删除"
