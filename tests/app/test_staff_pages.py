"""/desk/staff and `lindian staff …`: the administrator adds a colleague, who comes in; the operator does the same by hand."""

import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.core import words
from app.core.settings import Settings
from grids.staff import organisations
from tests.cast import Cast
from tests.client import Client


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def run(chosen: Settings):  # type: ignore[no-untyped-def]
    def typed(*words_: str) -> Result:
        return CliRunner(env={"LINDIAN_HOME": str(chosen.home)}).invoke(main, ["staff", *words_])

    before = words.language.get()
    yield typed
    words.language.set(before)


def test_a_colleague_is_added_on_the_page_and_signs_in_with_an_own_password(
    signed_in: Callable[..., Client], resident: Client, told_town: Cast
) -> None:
    admin = signed_in(told_town.admin)
    form = {"name": "周宁", "phone": "13800000031", "role": "manager", "where": str(told_town.station.id)}
    wrong = admin.post("/desk/staff", data=form | {"phone": "abc"})
    assert (wrong.status_code, "不是电话号码" in wrong.text) == (422, True)
    made = admin.post("/desk/staff", data=form)
    password = re.search(r'id="handed">([\w-]+)<', made.text)
    assert made.status_code == 200
    assert password
    assert "周宁 · 台区经理" in admin.get("/desk/staff").text
    person = re.search(r"/desk/staff/(\d+)/password", made.text)
    assert person
    assert password[1] not in admin.get(f"/desk/staff/{person[1]}").text, "shown once"
    said = {"phone": "13800000031", "password": password[1]}
    asked = resident.post("/sign-in", data=said, follow_redirects=False)
    assert (asked.status_code, 'name="new"' in asked.text, "set-cookie" in asked.headers) == (200, True, False)
    short = resident.post("/sign-in", data=said | {"new": "short"}, follow_redirects=False)
    assert short.status_code == 422
    chosen = resident.post("/sign-in", data=said | {"new": "my-own-words"}, follow_redirects=False)
    assert chosen.status_code == 303
    again = resident.post("/sign-in", data={"phone": "13800000031", "password": "my-own-words"}, follow_redirects=False)
    assert again.status_code == 303
    taken = admin.post(f"/desk/staff/{person[1]}/duties", data={"grid": str(told_town.lotus.id), "part": "manager"})
    assert (taken.status_code, "请用“移交网格”" in taken.text) == (422, True)


def test_the_administrator_of_an_empty_town_is_told_what_to_do_and_asked_in_chinese(
    signed_in: Callable[..., Client], chosen: Settings, told_town: Cast
) -> None:
    with told_town.session as session:
        home = organisations.add(session, "新公司")
        told_town.admin.organisation_id = home.id
        session.merge(told_town.admin)
        session.commit()
    admin = signed_in(told_town.admin)
    for page in ("circle", "tickets"):
        said = admin.get(f"/desk/{page}").text
        assert ("您是管理员" in said, 'href="/desk/admin/imports"' in said, "管理员把您" in said) == (True, True, False), page
    asked = CliRunner(env={"LINDIAN_HOME": str(chosen.home)}).invoke(
        main, ["staff", "add", "周宁", "--phone", "13800000041", "--role", "manager", "--organisation", "新公司"],
        input="wangjing-2026\nother-2026\nwangjing-2026\nwangjing-2026\n",
    )  # fmt: skip
    assert (asked.exit_code, "再输一遍" in asked.output, "两次输入的不一样" in asked.output) == (0, True, True), asked.output
    assert "Repeat" not in asked.output


def test_the_operator_s_slip_makes_nothing(run, told_town: Cast) -> None:  # type: ignore[no-untyped-def]
    said = ("--role", "manager", "--password", "wangjing-2026")
    assert "不是电话号码" in run("add", "甲", "--phone", "abc", "--organisation", "望京供电所", *said).output
    refused = run("add", "甲", "--phone", "13800000041", "--organisation", "不存在的所", *said)
    assert refused.exit_code == 2
    assert "没有叫“不存在的所”的单位。现有：望京供电所" in refused.output
    made = run("add", "甲", "--phone", "13800000041", "--organisation", "新所", "--new-organisation", "--under", "望京供电所", *said)
    assert made.output.splitlines() == ["已新建单位：新所。", "已添加：甲，台区经理，新所。用 13800000041 登录。"]
    unknown = run("duty", "13800000041", "999999")
    assert "没有短码为 999999 的网格。现有：104226 莲花网格" in unknown.output
    assert "海报" not in unknown.output
    assert "由 甲 分管莲花网格" in run("duty", "13800000041", "104226", "--part", "deputy").output
    assert "13800000041\t甲\t台区经理\t新所\t104226" in run("list").output
    assert "甲 已停用" in run("suspend", "13800000041").output
    assert "请恢复 甲" in run("add", "甲", "--phone", "13800000041", "--organisation", "新所", *said).output
    assert "可以重新登录" in run("restore", "13800000041").output
    assert re.search(r"甲 的一次性密码：\w{4}-\w{4}-\w{4}", run("password", "13800000041").output)
