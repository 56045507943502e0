"""What members of staff do in the admin, by its forms."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from typing import Any

from deploy.checking.browser import Answer, Browser, Upload, local_path
from deploy.checking.codes import fresh_codes, seconds_left
from deploy.checking.elements import parse
from deploy.checking.steps import Failure

APPROVE = re.compile(r"/admin/pages/workflow/action/(\d+)/approve/(\d+)/")
EDIT = re.compile(r"/admin/pages/(\d+)/edit/")
BOARD = re.compile(r"/admin/network/items/([0-9a-f-]{36})/")
VERIFY = "/admin/second-factor/verify/"
ENROL = "/admin/second-factor/enrol/"
NEW_PASSWORD = "/admin/new-password/"
CODE_ATTEMPTS = 2
SECONDS_AFTER_A_REFUSAL = 2.1
"""Longer than the site makes a person wait after two wrong codes."""

SOURCE = "自检程序"
"""What the articles of the check name as their source."""


@dataclass
class Person:
    """A member of staff in front of a browser."""

    browser: Browser
    username: str
    secret: str = ""
    """Key of the second factor, base32; empty for an account without one."""

    last_code: str = ""
    """The code that was sent last."""

    _columns: dict[str, int] = field(default_factory=dict)

    def sign_in(self, password: str) -> None:
        """Sign in. Raises Failure when the site refuses."""
        if not self.try_to_sign_in(password):
            raise Failure(f"{self.username} 不能登录 http://{self.browser.host}/admin/。账号见 logins.json。")

    def try_to_sign_in(self, password: str) -> bool:
        """Fill in the sign-in form; tells whether the admin opened."""
        self.send_password(password)
        answer = self.browser.get("/admin/")
        if local_path(answer.location).startswith(VERIFY) and self.secret:
            return self.show_code()
        return answer.status == 200

    def show_code(self) -> bool:
        """Answer the question for the second factor; tells whether the admin opened.

        A code holds once: where another run used one just now, the next one is tried.
        """
        for _attempt in range(CODE_ATTEMPTS):
            for code in fresh_codes(self.secret):
                self.send_code(code)
                if self.browser.get("/admin/").status == 200:
                    return True
                time.sleep(SECONDS_AFTER_A_REFUSAL)
            time.sleep(seconds_left())
        return False

    def first_sign_in(self, password: str, new_password: str) -> None:
        """Sign in with a password that someone else set: change it, enrol a device. Raises Failure."""
        self.send_password(password)
        answer = self.browser.get("/admin/")
        if not local_path(answer.location).startswith(NEW_PASSWORD):
            raise Failure(f"{self.username} 首次登录没有要求更换口令（{answer.status}）。")
        self.browser.get(NEW_PASSWORD)
        words = {"old_password": password, "new_password1": new_password, "new_password2": new_password}
        answer = self.browser.post(NEW_PASSWORD, words)
        if answer.status != 302:
            raise Failure(f"{self.username} 更换口令未成功（{answer.status}）：{form_errors(answer)}")
        answer = self.browser.get("/admin/")
        if not local_path(answer.location).startswith(ENROL):
            raise Failure(f"{self.username} 首次登录没有要求启用第二因子（{answer.status}）。")
        key = parse(self.browser.get(ENROL).text).first("code", css_class="gs-admin-entry__key")
        if key is None:
            raise Failure("启用第二因子的界面没有显示密钥。")
        self.secret = key.text.replace(" ", "")
        answer = self.browser.post(ENROL, {"code": next(fresh_codes(self.secret)), "next": "/admin/"})
        if answer.status != 200 or self.browser.get("/admin/").status != 200:
            raise Failure(f"{self.username} 启用第二因子未成功（{answer.status}）：{form_errors(answer)}")

    def send_password(self, password: str) -> Answer:
        """Fill in the sign-in form and nothing after it."""
        self.browser.get("/admin/login/")
        fields = {"username": self.username, "password": password, "next": "/admin/"}
        return self.browser.post("/admin/login/", fields)

    def send_code(self, code: str) -> Answer:
        """Send one code to the question for the second factor."""
        self.last_code = code
        self.browser.get(VERIFY)
        return self.browser.post(VERIFY, {"code": code, "next": "/admin/"})

    def column_id(self, slug: str) -> int:
        """The admin's number of a column."""
        if slug not in self._columns:
            found = self.find_page("sites_pages.ColumnPage", slug)
            if found is None:
                raise Failure(f"{self.browser.host} 没有栏目 {slug}。")
            self._columns[slug] = found
        return self._columns[slug]

    def find_page(self, page_type: str, slug: str) -> int | None:
        """The admin's number of a page by type and address; None when the person finds none."""
        answer = self.browser.get(f"/admin/api/main/pages/?type={page_type}&slug={slug}&limit=1")
        items = answer.json()["items"] if answer.status == 200 else []
        return int(items[0]["id"]) if items else None

    def write(self, *, column: str, title: str, slug: str, words: str, image_id: int = 0) -> int:
        """Save a new article as a draft; returns its number. Raises Failure when the form is refused."""
        path = f"/admin/pages/add/sites_pages/articlepage/{self.column_id(column)}/"
        self.browser.get(path)
        answer = self.browser.post(path, article_fields(title=title, slug=slug, words=words, image_id=image_id))
        found = EDIT.search(answer.location)
        if not found:
            raise Failure(f"{self.username} 保存“{title}”未成功（{answer.status}）：{form_errors(answer)}")
        return int(found.group(1))

    def save(self, page_id: int, action: str, **article: Any) -> Answer:
        """Send the editing form with one of its buttons; an empty ``action`` saves the draft."""
        fields = article_fields(**article)
        if action:
            fields.append((action, action))
        return self.browser.post(f"/admin/pages/{page_id}/edit/", fields)

    def submit(self, page_id: int, **article: Any) -> None:
        """Hand an article in for review. Raises Failure when the form is refused."""
        answer = self.save(page_id, "action-submit", **article)
        if answer.status != 302:
            raise Failure(f"{self.username} 提交审核未成功（{answer.status}）：{form_errors(answer)}")

    def task_of(self, page_id: int) -> int | None:
        """The review step of an article that waits for this person on the start page; None when none does."""
        for page, task in APPROVE.findall(self.browser.get("/admin/").text):
            if int(page) == page_id:
                return int(task)
        return None

    def press_approve(self, page_id: int, task: int) -> Answer:
        """Send the approval of one review step, allowed or not."""
        return self.browser.post(f"/admin/pages/workflow/action/{page_id}/approve/{task}/", {"comment": ""})

    def approve(self, page_id: int) -> None:
        """Approve the step that waits. Raises Failure when none waits or it still does afterwards."""
        task = self.task_of(page_id)
        if task is None:
            raise Failure(f"{self.username} 的首页没有待审核的稿件 {page_id}。")
        answer = self.press_approve(page_id, task)
        if answer.status >= 400 or self.task_of(page_id) == task:
            raise Failure(f"{self.username} 审核通过未成功（{answer.status}）：{refusal(answer)}")

    def upload_image(self, title: str, file: Upload) -> int:
        """Put a picture into the site's library; returns its number. Raises Failure when it is refused."""
        self.browser.get("/admin/images/add/")
        fields = {"title": title, "alt_text": title, "collection": "1"}
        answer = self.browser.post("/admin/images/add/", fields, file=file)
        listed = self.browser.get("/admin/api/main/images/?order=-id&limit=1&fields=title")
        items = listed.json()["items"] if listed.status == 200 else []
        if answer.status != 302 or not items or items[0]["title"] != title:
            raise Failure(f"{self.username} 上传图片未成功（{answer.status}）：{form_errors(answer)}")
        return int(items[0]["id"])

    def dispatch(
        self, page_id: int, *, scope: str, regions: tuple[str, ...] = (), is_confirmed: bool = False
    ) -> Answer:
        """Send the dispatch form; without confirmation it only counts the sites."""
        path = f"/admin/network/items/dispatch/{page_id}/"
        self.browser.get(path)
        fields = [("scope", scope), ("mode", "mandatory"), *(("regions", region) for region in regions)]
        return self.browser.post(path, [*fields, ("confirm", "1")] if is_confirmed else fields)

    def board(self, content_id: str) -> dict[str, Any]:
        """The delivery board of an item. Raises Failure when it does not open."""
        answer = self.browser.get(f"/admin/network/items/{content_id}/?format=json")
        if answer.status != 200:
            raise Failure(f"{self.username} 打不开下发回执（{answer.status}）。")
        board = answer.json()
        assert isinstance(board, dict)
        return board

    def recall(self, content_id: str, reason: str) -> Answer:
        """Recall an item everywhere."""
        self.browser.get(f"/admin/network/items/{content_id}/")
        return self.browser.post(f"/admin/network/items/{content_id}/recall/", {"reason": reason})

    def take_down(self, page_id: int) -> Answer:
        """Take an article of the own site off line."""
        self.browser.get(f"/admin/pages/{page_id}/unpublish/")
        return self.browser.post(f"/admin/pages/{page_id}/unpublish/")

    def discard(self, page_id: int) -> None:
        """Withdraw an article from review, then delete the draft."""
        self.browser.post(f"/admin/pages/workflow/confirm_cancellation/{page_id}/")
        self.browser.post(f"/admin/pages/{page_id}/delete/")


def article_fields(*, title: str, slug: str, words: str, image_id: int = 0) -> list[tuple[str, str]]:
    """The editing form of an article as its script fills it."""
    paragraph = {
        "blocks": [
            {
                "key": "zjzwk",
                "text": words,
                "type": "unstyled",
                "depth": 0,
                "inlineStyleRanges": [],
                "entityRanges": [],
                "data": {},
            }
        ],
        "entityMap": {},
    }
    fields = [
        ("title", title),
        ("slug", slug),
        ("kind", "notice"),
        ("summary", "本条由自检程序发布，结束后撤下。"),
        ("source", SOURCE),
        ("author", ""),
        ("department", "办公室"),
        ("document_number", ""),
        ("keywords", "自检"),
        ("body-count", "2" if image_id else "1"),
        *_block(0, "paragraph"),
        ("body-0-value", json.dumps(paragraph)),
        ("comments-TOTAL_FORMS", "0"),
        ("comments-INITIAL_FORMS", "0"),
        ("comments-MIN_NUM_FORMS", "0"),
        ("comments-MAX_NUM_FORMS", ""),
        ("next", ""),
    ]
    if image_id:
        picture = [("body-1-value-image", str(image_id)), ("body-1-value-caption", "自检图片")]
        fields += [*_block(1, "picture"), *picture]
    return fields


def _block(number: int, kind: str) -> list[tuple[str, str]]:
    prefix = f"body-{number}"
    return [(f"{prefix}-type", kind), (f"{prefix}-id", ""), (f"{prefix}-order", str(number)), (f"{prefix}-deleted", "")]


def board_of(answer: Answer) -> str:
    """The item's number from the redirect to its board; empty when there was none."""
    found = BOARD.search(local_path(answer.location)) if answer.status == 302 else None
    return found.group(1) if found else ""


def form_errors(answer: Answer) -> str:
    """What a refused form says."""
    page = parse(answer.text)
    words = [element.text for element in page.all(css_class="error-message") + page.all(css_class="errorlist")]
    return "；".join(word for word in words if word) or refusal(answer)


def refusal(answer: Answer) -> str:
    """What a refusing page says, shortened."""
    main = parse(answer.text).first("main")
    return (main.text if main else parse(answer.text).text)[:160] or "没有说明"
