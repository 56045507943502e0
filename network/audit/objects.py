"""What the objects of the log are called on screen."""

from __future__ import annotations

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from network.audit.actions import OPERATOR, SYSTEM
from network.audit.models import AuditEntry

KINDS = {
    "account_review": _("账号清查"),
    "address": _("地址"),
    "appeal": _("申诉"),
    "audit": _("审计记录"),
    "audit_entry": _("一条审计记录"),
    "audit_seal": _("审计封存"),
    "block": _("停用地址"),
    "calendar": _("工作日"),
    "column": _("栏目"),
    "command": _("命令"),
    "exemption": _("不定期更新"),
    "file": _("文件"),
    "guidance": _("采编指导"),
    "import": _("导入批次"),
    "index_number": _("索引号"),
    "index_scheme": _("索引号方案"),
    "item": _("下发信息"),
    "page": _("页面"),
    "rereview": _("补审"),
    "site": _("站点"),
    "staff": _("账号"),
    "ticket": _("入站凭条"),
    "transfer": _("整站档案"),
    "view": _("管理页面"),
    "work": _("后台待办"),
}
WORK_KINDS = {
    "accounts.close_idle": _("停用闲置账号"),
    "accounts.password_reset": _("发送重设口令邮件"),
    "audit.verify": _("核验审计记录"),
    "boards.summary": _("汇总站点数字"),
    "editing.publish": _("定时发布"),
    "entry.close": _("结束来访"),
    "importing.decide": _("整批审核"),
    "importing.step": _("导入旧站内容"),
    "outbox.command": _("定时命令"),
    "syndication.deliver": _("投递信息"),
    "syndication.merge_send": _("迁移信息"),
    "syndication.merge_survey": _("清点可迁移的信息"),
    "syndication.presence": _("回告刊载情况"),
    "syndication.recall": _("撤回善后"),
    "tenancy.task": _("后台任务"),
    "transfer.check": _("核对整站档案"),
    "transfer.export": _("制作整站档案"),
}
"""What the worker does, by kind of work."""

MACHINES = {OPERATOR: _("运维人员"), SYSTEM: _("系统")}


def kind_label(kind: str) -> str:
    """A kind of object in plain words: a model by its own name, an unknown kind as it stands."""
    if kind in KINDS or kind in WORK_KINDS:
        return str(KINDS.get(kind) or WORK_KINDS[kind])
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return kind


def object_label(entry: AuditEntry) -> str:
    """The object of a row: its kind, its name or number. Work of the worker has a kind only."""
    kind = kind_label(entry.object_kind)
    if entry.object_kind in WORK_KINDS:
        return kind
    return f"{kind} {entry.object_title or entry.object_id}".strip()


def person_label(person: str) -> str:
    """A user name; the two names that stand for no person in words."""
    return str(MACHINES.get(person, person))
