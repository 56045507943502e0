"""How the details of a row read on screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.audit.acts import act_label
from network.events import staff_roles
from network.tenancy.models import Level, Site, State

NAMES = {
    "account": gettext_lazy("操作系统账号"),
    "accounts": gettext_lazy("账号和职责"),
    "act": gettext_lazy("操作"),
    "address": gettext_lazy("来访地址"),
    "after": gettext_lazy("改动后"),
    "added": gettext_lazy("新增的栏目"),
    "all": gettext_lazy("全部站点"),
    "answer": gettext_lazy("答复"),
    "at": gettext_lazy("发布时间"),
    "approval": gettext_lazy("核准类型"),
    "arguments": gettext_lazy("命令参数"),
    "audience": gettext_lazy("下发范围"),
    "authority": gettext_lazy("停用机关"),
    "backup": gettext_lazy("备份时间"),
    "before": gettext_lazy("改动前"),
    "block": gettext_lazy("停用地址编号"),
    "by": gettext_lazy("验证方式"),
    "clause": gettext_lazy("条款"),
    "changed": gettext_lazy("改动的栏目"),
    "closing_on": gettext_lazy("公告登到"),
    "code": gettext_lazy("拒绝代码"),
    "count": gettext_lazy("数量"),
    "counts": gettext_lazy("各类行数"),
    "covers_below": gettext_lazy("连同下级地址"),
    "document": gettext_lazy("文件"),
    "done": gettext_lazy("完成"),
    "duty": gettext_lazy("职责"),
    "engine": gettext_lazy("扫描引擎"),
    "epoch": gettext_lazy("恢复序号"),
    "failed": gettext_lazy("失败的站点"),
    "fields": gettext_lazy("改动的项目"),
    "filters": gettext_lazy("筛选条件"),
    "first": gettext_lazy("第一个"),
    "from": gettext_lazy("由"),
    "home": gettext_lazy("来自站点"),
    "is_working": gettext_lazy("上班"),
    "items": gettext_lazy("可以迁移"),
    "key_id": gettext_lazy("密钥编号"),
    "keys": gettext_lazy("待办编号"),
    "kind": gettext_lazy("类别"),
    "last": gettext_lazy("最后一个"),
    "last_sign_in": gettext_lazy("上次登录"),
    "levels": gettext_lazy("层级"),
    "locked": gettext_lazy("正在编辑的站点"),
    "meant_for": gettext_lazy("凭条所属站点"),
    "merged_into": gettext_lazy("并入的站点"),
    "method": gettext_lazy("请求方法"),
    "migrations": gettext_lazy("结构版本数"),
    "mode": gettext_lazy("下发方式"),
    "moved": gettext_lazy("已迁移"),
    "object": gettext_lazy("网址中的编号"),
    "object_id": gettext_lazy("对象编号"),
    "obstacles": gettext_lazy("不能迁移"),
    "organisation": gettext_lazy("机构代码"),
    "outcome": gettext_lazy("答复结果"),
    "pages": gettext_lazy("页面数"),
    "pages_draft": gettext_lazy("草稿页面"),
    "pages_live": gettext_lazy("在线页面"),
    "parent": gettext_lazy("上级站点"),
    "pattern": gettext_lazy("编号格式"),
    "people": gettext_lazy("人员"),
    "person": gettext_lazy("人员"),
    "postponed": gettext_lazy("暂缓的栏目"),
    "purpose": gettext_lazy("事由"),
    "device_forgotten": gettext_lazy("一并忘掉第二因子"),
    "action": gettext_lazy("操作"),
    "comment": gettext_lazy("意见"),
    "reason": gettext_lazy("原因"),
    "refused": gettext_lazy("被拒绝的"),
    "regions": gettext_lazy("地区"),
    "result": gettext_lazy("结果"),
    "revision": gettext_lazy("版本号"),
    "rows": gettext_lazy("行数"),
    "signature": gettext_lazy("病毒名称"),
    "since": gettext_lazy("起始日期"),
    "site": gettext_lazy("站点"),
    "sites": gettext_lazy("站点"),
    "source": gettext_lazy("来源"),
    "status": gettext_lazy("回应状态"),
    "target": gettext_lazy("并入的站点"),
    "text": gettext_lazy("申诉理由"),
    "ticket": gettext_lazy("凭条编号"),
    "title": gettext_lazy("标题"),
    "to": gettext_lazy("到"),
    "trust": gettext_lazy("签名"),
    "until": gettext_lazy("截止日期"),
    "use_instead": gettext_lazy("改用"),
    "username": gettext_lazy("用户名"),
    "version": gettext_lazy("版本"),
    "visitor": gettext_lazy("来访人"),
    "who": gettext_lazy("范围"),
}
VALUES = {
    "age": gettext_lazy("到了最长时限"),
    "device": gettext_lazy("动态口令"),
    "ended": gettext_lazy("本站结束"),
    "expired": gettext_lazy("已过期"),
    "asked": gettext_lazy("待批"),
    "granted": gettext_lazy("准许"),
    "forged": gettext_lazy("不是本系统签发"),
    "host": gettext_lazy("用于其他站点"),
    "idle": gettext_lazy("长时间没有操作"),
    "left": gettext_lazy("来访人离开"),
    "lifted": gettext_lazy("解除停用"),
    "mandatory": gettext_lazy("必转"),
    "offered": gettext_lazy("供选"),
    "people": gettext_lazy("人员操作和拒绝"),
    "recommended": gettext_lazy("荐转"),
    "recovery": gettext_lazy("恢复码"),
    "maintenance": gettext_lazy("站点维护中"),
    "refused": gettext_lazy("拒绝"),
    "state": gettext_lazy("站点状态不允许"),
    "trusted": gettext_lazy("受信任"),
    "unknown": gettext_lazy("来历不明"),
    "unknown_key": gettext_lazy("密钥不受信任"),
    "unsigned": gettext_lazy("没有签名"),
    "upheld": gettext_lazy("维持停用"),
    "used": gettext_lazy("已用过"),
    "withdrawn": gettext_lazy("职责已收回"),
}
CHOSEN = {"by", "duty", "from", "level", "levels", "mode", "outcome", "reason", "result", "to", "trust", "who"}
"""Details whose values are chosen from a list, not written by a person."""

DUTIES = {"accounts", "after", "before", "duty"}


def name_label(name: str) -> str:
    """What a detail is called; a fact of the registry by its own name, an unknown one as it stands."""
    if name in NAMES:
        return str(NAMES[name])
    facts = {field.name: field.verbose_name for field in Site._meta.fields}
    return str(facts.get(name, name))


def detail_lines(detail: dict[str, Any]) -> list[tuple[str, str]]:
    """Name and value of every detail in plain words, empty ones left out."""
    lines = [(name_label(name), value_label(name, value)) for name, value in detail.items()]
    return [(name, value) for name, value in lines if value]


def value_label(name: str, value: Any) -> str:
    """One value: lists and maps in one line, yes and no in words, what was chosen by its label."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dict):
        parts = ((key, value_label(name if name in DUTIES else key, each)) for key, each in value.items())
        return "；".join(
            _("%(name)s：%(value)s") % {"name": name_label(key), "value": each} for key, each in parts if each
        )
    if isinstance(value, list | tuple):
        return "、".join(_labels(name, value))
    return "" if value is None else "".join(_labels(name, [value]))


def _labels(name: str, values: Iterable[Any]) -> list[str]:
    if name == "act":
        return [act_label(str(value)) for value in values]
    if name == "fields":
        return [name_label(str(value)) for value in values]
    known: dict[str, Any] = {}
    if name in CHOSEN:
        known = {**dict(State.choices), **dict(Level.choices), **VALUES}
    if name in DUTIES:
        known = {**known, **dict(staff_roles.items())}
    return [str(known.get(str(value), value)) for value in values]
