"""The 34 tiles of the group navigation.

Equal squares on a fixed grid: a picture of the site group that draws no border. Every division of
the first level is there; those outside the group are shown as 未接入.
"""

from __future__ import annotations

from dataclasses import dataclass

OPEN = "open"
CURRENT = "current"
CLOSED = "closed"

# One-character names of GB/T 2260 divisions to what a reader calls them.
NAMES = {
    "京": "北京",
    "津": "天津",
    "冀": "河北",
    "晋": "山西",
    "蒙": "内蒙古",
    "辽": "辽宁",
    "吉": "吉林",
    "黑": "黑龙江",
    "沪": "上海",
    "苏": "江苏",
    "浙": "浙江",
    "皖": "安徽",
    "闽": "福建",
    "赣": "江西",
    "鲁": "山东",
    "豫": "河南",
    "鄂": "湖北",
    "湘": "湖南",
    "粤": "广东",
    "桂": "广西",
    "琼": "海南",
    "渝": "重庆",
    "川": "四川",
    "贵": "贵州",
    "云": "云南",
    "藏": "西藏",
    "陕": "陕西",
    "甘": "甘肃",
    "青": "青海",
    "宁": "宁夏",
    "新": "新疆",
    "台": "台湾",
    "港": "香港",
    "澳": "澳门",
}


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One square. ``row`` counts from 0, ``column`` from 1; ``state`` is open, current or closed."""

    short: str
    url: str
    row: int
    column: int
    state: str = OPEN

    @property
    def name(self) -> str:
        return NAMES.get(self.short, self.short)
