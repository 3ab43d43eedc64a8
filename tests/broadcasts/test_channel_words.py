"""What each channel sends is signed as documented, fits, costs what is said, and is shown before it is sent."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.core import clock
from app.core.settings import Settings
from broadcasts.channels import aliyun, opened, sms, tencent, webhook, wecom
from broadcasts.channels.protocol import Receiver
from broadcasts.composer import previews
from broadcasts.deliveries import posting
from broadcasts.subscribers.tables import ChannelName
from broadcasts.tables import NoticeKind
from pwa.push.outcomes import Verdict
from tests.broadcasts import providers, stage
from tests.broadcasts.gateways import ROBOT, configured, crowd
from tests.cast import Cast


def test_aliyun_signs_as_its_documented_example() -> None:
    query = {"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"}
    signed = aliyun.sign(
        "YourAccessKeyId", "YourAccessKeySecret", action="RunInstances", version="2014-05-26", query=query, body=b"",
        headers={"host": "ecs.cn-shanghai.aliyuncs.com"}, at=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
        nonce="3156853299f313e23d1673dc12e1703d",
    )  # fmt: skip
    assert signed["Authorization"].endswith("Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")


def test_tencent_signs_as_its_documented_example() -> None:
    body = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'
    signed = tencent.sign(
        "AKID" + "*" * 32, "*" * 32, service="cvm", host="cvm.tencentcloudapi.com", action="DescribeInstances", body=body,
        at=datetime.fromtimestamp(1551113065, UTC),
    )  # fmt: skip
    assert signed["Authorization"].endswith("Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f")


def test_a_webhook_signs_as_standard_webhooks_documents_it() -> None:
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    with clock.at(datetime.fromtimestamp(1614265330, UTC)):
        signed = webhook.signed("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', key=key)
    assert signed["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_preview_is_what_is_sent_with_its_price_and_what_is_wrong(session: Session, town: Cast, chosen: Settings) -> None:
    # at noon: in the evening the end is told with its day, and some more letters cost a part more
    with providers.running("aliyun") as provider, clock.at(stage.NOON):
        settings = configured(chosen, provider)
        crowd(session, town, provider, 3, settings)
        bad = stage.draft(town, cause="请打 13812345678 或看 www.example.com")
        [shown] = previews.of(session, bad, settings)
        assert (shown.receivers, shown.parts, shown.cost) == (3, 1, 0.15)
        assert [str(why) for why in shown.wrong] == ["短信：“原因”里有电话号码，运营商不收，请去掉。"]
        [shown] = previews.of(session, stage.draft(town, cause=""), settings)
        assert "空的" in str(shown.wrong[0])
        [shown] = previews.of(session, stage.draft(town, cause="缆" * 500), settings)
        assert (shown.wrong, len(shown.text) <= 200) == ([], True)


def test_what_a_channel_would_send_is_shown_before_it_is_opened_and_never_sent(session: Session, town: Cast, chosen: Settings) -> None:
    (chosen.home / "gateways.toml").unlink()
    with clock.at(stage.NOON):
        notice = stage.draft(town, cause="联系13800001234")
        shown = {one.channel: one for one in previews.closed(session, notice, chosen)}
    assert set(shown) == {ChannelName.sms, ChannelName.email, ChannelName.wecom}
    assert (shown[ChannelName.sms].parts, shown[ChannelName.sms].each, shown[ChannelName.sms].receivers) == (1, 0.045, 0)
    assert "莲花园" in shown[ChannelName.sms].text
    assert "电话号码" in str(shown[ChannelName.sms].wrong[0])
    assert "王芳" in shown[ChannelName.email].text
    assert opened.every(chosen) == {}, "nothing goes by a sample"
    for silent in (stage.draft(town, cause="", ends_at=None), stage.draft(town, kind=NoticeKind.safety, ends_at=None, title="雨季用电")):
        assert [why for one in previews.closed(session, silent, chosen) for why in one.wrong] == []


@pytest.mark.parametrize(("form", "most"), [("text", 2048), ("markdown", 4096)])
def test_wecom_words_fit_and_keep_their_number_and_stay_inert(session: Session, town: Cast, chosen: Settings, form: str, most: int) -> None:
    with providers.running("wecom") as provider:
        settings = configured(chosen, provider, f'form = "{form}"\n')
        notice = stage.published(town, words="长" * 4900, cause="<script>[点我](javascript:1)\u202e")
        channel = opened.every(settings)[ChannelName.wecom]
        message = channel.compose(posting.told(session, notice, 1, clock.now(), settings))
        assert len(message.text.encode()) <= most
        assert notice.number in message.text
        assert "\u202e" not in message.text
        if form == "markdown":
            assert "[点我](" not in message.text.replace("\\[", "")
        [result] = channel.send(message, [Receiver(1, ROBOT.format(1), "salt")])
        assert result.verdict is Verdict.SENT


def test_a_robot_s_key_is_read_from_its_address_and_nowhere_else() -> None:
    key = ROBOT.format(7)
    assert wecom.key_in(f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}") == key
    assert wecom.key_in(key.upper()) == key
    assert wecom.key_in(f"https://evil.example/?key={key}") is None


def test_segments_are_counted_as_they_are_charged() -> None:
    assert [sms.parts("字" * n) for n in (1, 70, 71, 134, 135)] == [1, 1, 2, 2, 3]


def test_a_file_that_cannot_be_understood_says_where(chosen: Settings) -> None:
    Path(chosen.home / "gateways.toml").write_text('[sms]\nprovider = "carrier pigeon"\n')
    with pytest.raises(ValueError, match=r"gateways\.toml.*pigeon"):
        opened.every(chosen)
