"""What the acts of the log are called on screen."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import registry

ACTS = {
    "account.ask_password": _("申请重设口令"),
    "account.change": _("修改账号"),
    "account.close": _("停用账号"),
    "account.recover": _("由运维找回账号"),
    "account.close_idle": _("停用闲置账号"),
    "account.code": _("动态口令错误"),
    "account.duties": _("变更职责"),
    "account.enrol": _("启用第二因子"),
    "account.lock": _("账号锁定"),
    "account.open": _("开设账号"),
    "account.password": _("修改口令"),
    "account.reopen": _("恢复账号"),
    "account.replace_device": _("更换第二因子"),
    "account.reset_device": _("重置第二因子"),
    "account.review": _("清查账号"),
    "account.session_end": _("会话结束"),
    "account.set_password": _("设置口令"),
    "account.sign_in": _("登录"),
    "account.sign_out": _("退出登录"),
    "account.unlock": _("解除锁定"),
    "account.scopes": _("更改职责范围"),
    "account.verify": _("通过第二因子"),
    "audit.export": _("下载审计记录"),
    "audit.read": _("查阅审计记录"),
    "audit.rotate": _("轮换审计记录"),
    "audit.verify": _("核验审计记录"),
    "block.add": _("停用地址"),
    "block.answer": _("答复申诉"),
    "block.appeal": _("申诉停用"),
    "block.lift": _("解除停用"),
    "calendar.clear": _("撤销工作日例外"),
    "calendar.enter": _("确认放假安排录全"),
    "calendar.reopen": _("放假安排改为未录全"),
    "calendar.set": _("登记工作日例外"),
    "column.owner": _("指定栏目责任"),
    "column.upgrade": _("升级标准栏目"),
    "entry.end": _("来访结束"),
    "entry.enter": _("进入下级站点"),
    "entry.issue": _("签发入站凭条"),
    "exemption.ask": _("申请不定期更新"),
    "exemption.decide": _("答复不定期更新的申请"),
    "exemption.end": _("收回不定期更新"),
    "guidance.retire": _("收回采编指导"),
    "guidance.write": _("写采编指导"),
    "import.confirm": _("确认导入旧站内容"),
    "import.discard": _("丢弃导入批次"),
    "import.fail": _("导入未成功"),
    "import.finish": _("导入完成"),
    "import.read": _("试读旧站内容"),
    "import.receive": _("上传旧站内容"),
    "import.redirect": _("旧网址跳转"),
    "import.review": _("整批审核"),
    "import.reviewed": _("整批审核办完"),
    "import.submit": _("整批送审"),
    "import.submitted": _("整批送审完成"),
    "import.undo": _("撤销导入"),
    "import.undone": _("撤销完成"),
    "index_number.issue": _("编制索引号"),
    "index_number.scheme": _("设置索引号"),
    "item.dispatch": _("下发信息"),
    "item.recall": _("撤回信息"),
    "item.update": _("更新下发信息"),
    "network.run_everywhere": _("逐站执行命令"),
    "operator.run": _("运维命令"),
    "outbox.drop": _("待办作废"),
    "outbox.work": _("执行待办"),
    "page.approve": _("审核通过"),
    "page.ask_again": _("移动后重新审核"),
    "page.emergency": _("标明应急发布"),
    "page.publish": _("发布"),
    "page.reject": _("审核退回"),
    "page.take_down": _("下线"),
    "personal.read": _("查看个人信息"),
    "page.rereview": _("补审"),
    "page.rereview_overdue": _("补审逾期"),
    "request.refuse": _("拒绝访问"),
    "request.write": _("提交操作"),
    "site.archive.expire": _("删除到期的整站档案"),
    "site.backup": _("备份站点"),
    "site.closing_due": _("关停到期"),
    "site.export": _("导出整站"),
    "site.export.fetch": _("下载整站档案"),
    "site.facts": _("修改站点登记"),
    "site.import": _("导入整站"),
    "site.import.confirm": _("确认导入整站"),
    "site.import.receive": _("上传整站档案"),
    "site.merge": _("合并站点"),
    "site.merge_cancel": _("取消合并"),
    "site.merge_confirm": _("确认合并"),
    "site.merge_plan": _("计划合并"),
    "site.move": _("调整隶属"),
    "site.open": _("开设站点"),
    "site.remove": _("移除站点"),
    "site.rename": _("站点更名"),
    "site.request": _("申请开站"),
    "site.restore": _("恢复站点"),
    "site.state": _("变更站点状态"),
    "term.add": _("列入词语"),
    "term.retire": _("停用词语"),
}


def act_label(act: str) -> str:
    """The act in plain words; Wagtail's own acts by Wagtail's words, an unknown one by its name."""
    if act in ACTS:
        return str(ACTS[act])
    known = dict(registry.get_choices())
    return str(known[act]) if act in known else gettext("其他操作（%(act)s）") % {"act": act}


def act_choices() -> list[tuple[str, str]]:
    """Every act with its label, for a filter."""
    own = [(act, str(label)) for act, label in ACTS.items()]
    return sorted([*own, *((act, str(label)) for act, label in registry.get_choices())], key=lambda pair: pair[1])
