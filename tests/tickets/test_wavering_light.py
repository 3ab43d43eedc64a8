"""Light that wavers may be a broken neutral: heard as the danger it is, never soothed by the book; one old lamp is none."""

import pytest

from tests.cast import Cast
from tests.client import Client
from tests.tickets.test_pages import ask as ask_on_the_page
from tickets.triage import alarms

SUPPLY = (
    "家里灯忽明忽暗，冰箱嗡嗡响",
    "灯一闪一闪咧，电视也不得劲",
    "灯还是一闪一闪，刚才更厉害了",
    "屋里的灯一会儿特别亮一会儿又暗下去",
    "灯突然特别亮，电视自己关了",
    "电灯亮得刺眼，冰箱在叫",
    "所有的灯都在闪，空调也嗡嗡的",
    "灯忽亮忽暗的，咋回事",
    "灯一亮一暗，隔壁也这样",
    "我家的灯闪来闪去，邻居家也是",
    "灯泡一会儿亮得吓人一会儿发红",
    "电视冰箱一起嗡嗡响，灯也变暗了",
    "客厅和厨房的灯都忽明忽暗",
    "灯一直在闪，越来越厉害",
    "灯闪个不停，路由器老重启",
    "电压忽高忽低，灯跟着变",
    "家里电器都在异响发烫",
    "灯泡亮了一下就炸了，电视也烧了",
    "零线断了吧，灯特别亮",
    "灯时明时暗，洗衣机忽快忽慢",
    "俺家电灯忽暗忽明的 电扇飞快",
    "The lights go bright and then dim",
)
ELSE = (
    "客厅一个灯管闪",
    "客厅的灯忽明忽暗",
    "灯一闪一闪的",
    "有一盏灯老闪",
    "台灯一闪一闪",
    "电表红灯一闪一闪",
    "表上的灯一直闪",
    "LED灯关了还一闪一闪",
    "卫生间的灯闪了几下就不亮了",
    "路灯一闪一闪的",
    "路灯太亮刺眼睡不着",
    "楼道声控灯一直闪",
    "路由器的灯一直闪红",
    "灯不亮了",
    "灯泡坏了换一个",
    "电视一闪一闪没信号",
    "冰箱嗡嗡响，是不是坏了",
    "灯光暗，能不能换大功率的",
    "一到晚上灯就忽明忽暗，能不能换变压器",
    "最近每天晚上七八点灯一闪一闪的，邻居家也闪，怕把电视闪坏了",
    "零线断了会怎么样",
    "空调不制冷",
    "停电把电视和冰箱烧坏了赔不赔",
    "彩灯一闪一闪的费电吗",
    "对面广告牌的灯亮得刺眼",
)


def test_a_light_that_wavers_is_the_supply_and_one_lamp_that_flickers_is_a_lamp() -> None:
    assert [words for words in SUPPLY if "broken_neutral" not in [one.leaf for one in alarms.heard(words)]] == []
    assert [(words, found) for words in ELSE if (found := alarms.heard(words))] == []


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_who_tells_of_it_reads_to_switch_off_and_nothing_that_soothes(resident: Client, told_town: Cast) -> None:
    page = resident.get(ask_on_the_page(resident, SUPPLY[0])).text
    assert page.index("马上关掉家里的总开关") < page.index("险情已报")
    assert "怀疑零线断了" in page
    assert "自动答复，来自答案库" not in page
