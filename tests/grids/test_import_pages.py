"""An administrator brings in a file by hand: look first, then write."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.database import Database
from app.core.settings import Settings
from grids import importing
from grids.staff import organisations
from grids.tables import Grid, PaymentPoint, Person
from tests.cast import Cast
from tests.client import Client
from tests.grids import files
from tests.grids.files import BANK, HEAD, SHOP

Client = Callable[..., Client]
AT = "/desk/admin/imports"
FILE = "\n".join((HEAD, BANK, SHOP, "饭店,中餐厅,116.465,39.996,,", "坏银行,银行,116..31,39.9,,")).encode("gb18030")


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def admin(signed_in: Client, told_town: Cast) -> Client:
    return signed_in(told_town.admin)


def send(client: Client, data: bytes = FILE, name: str = "网点.csv", **said: str) -> str:
    answer = client.post(AT, data={"what": "points", "datum": "wgs84", **said}, files={"file": (name, data)}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def names(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(sa.select(PaymentPoint.name)))


def test_the_form_the_preview_and_the_writing(admin: Client, database: Database, told_town: Cast) -> None:
    form = admin.get(AT)
    assert form.status_code == 200
    assert "坐标是谁家的？" in form.text
    at = send(admin)
    preview = admin.get(at)
    assert preview.status_code == 200
    assert all(
        said in preview.text for said in ("写入这 2 行", "中国银行望京支行", "坐标读不出来：116..31 39.9", "不是缴费点", "GB18030", "<svg")
    )
    assert names(database) == set()
    done = admin.post(f"{at}/confirmation", follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, at)
    assert names(database) == {"中国银行望京支行", "老李便利店"}
    after = admin.get(at)
    assert "已写入 2 行：新增 2" in after.text
    assert "试算" not in after.text
    assert 'href="/desk/circle"' in after.text
    assert "/confirmation" not in after.text
    assert "文件里能收的都已在系统里" in admin.get(send(admin)).text


def test_a_second_tap_does_not_change_what_was_reported(admin: Client) -> None:
    at = send(admin)
    for _ in range(2):
        admin.post(f"{at}/confirmation", follow_redirects=False)
    assert "已写入 2 行：新增 2" in admin.get(at).text


def test_after_the_writing_another_datum_is_a_new_trial(admin: Client) -> None:
    at = send(admin)
    admin.post(f"{at}/confirmation", follow_redirects=False)
    admin.post(f"{at}/datum", data={"datum": "bd09"}, follow_redirects=False)
    again = admin.get(at).text
    assert "试算" in again
    assert "写入这 2 行" in again


def test_a_plainly_wrong_datum_is_asked_about_first_and_writing_is_the_quiet_act(admin: Client) -> None:
    far = [files.shifted(name, n) for n, name in enumerate(("甲银行", "乙银行", "丙银行"))]
    at = send(admin, "\n".join((HEAD, *far)).encode(), datum="bd09")
    text = admin.get(at).text
    assert "换成 WGS-84" in text
    assert 'class="btn main"' in text[text.index('class="ask"') : text.index('class="tiles"')]
    assert 'class="btn main"' not in text[text.index('class="tiles"') :]
    assert admin.post(f"{at}/datum", data={"datum": "wgs84"}, follow_redirects=False).status_code == 303
    after = admin.get(at).text
    assert 'class="ask"' not in after
    assert 'class="btn main"' in after


def test_hours_are_shown_as_people_say_them(admin: Client) -> None:
    data = "名称,类型,经度,纬度,营业时间\n甲银行,银行,116.4651,39.9951,Mo-Fr 09:00-17:00; PH off".encode()
    text = admin.get(send(admin, data)).text
    assert "周一至周五 09:00–17:00；节假日休息" in text
    assert "Mo-Fr" not in text


def test_written_twice_it_stands_once(admin: Client, database: Database) -> None:
    at = send(admin)
    for _ in range(2):
        assert admin.post(f"{at}/confirmation", follow_redirects=False).status_code == 303
    assert len(names(database)) == 2


def test_another_datum_can_be_chosen_without_sending_the_file_again(admin: Client) -> None:
    at = send(admin)
    assert admin.post(f"{at}/datum", data={"datum": "bd09"}, follow_redirects=False).headers["location"] == at
    assert "BD-09" in admin.get(at).text


def test_what_cannot_be_read_is_told_beside_the_form(admin: Client) -> None:
    said = {"what": "points", "datum": "wgs84"}
    for data, why in ((b"", "空的"), (b"%PDF-1.4 ", "PDF"), ("店,横\n甲,1".encode(), "找不到这些列")):
        answer = admin.post(AT, data=said, files={"file": ("x.csv", data)})
        assert answer.status_code == 422
        assert why in answer.text
        assert answer.text.count(why) == 1
        assert "--map" not in answer.text
    assert admin.post(AT, data=said).status_code == 422
    assert admin.post(AT, data={"what": "points"}, files={"file": ("x.csv", FILE)}).status_code == 422
    assert admin.post(AT, data={**said, "what": "people"}, files={"file": ("x.csv", FILE)}).status_code == 422
    assert admin.post(AT, data={**said, "columns": "no equals sign"}, files={"file": ("x.csv", FILE)}).status_code == 422


def test_columns_can_be_named(admin: Client) -> None:
    data = "店,类,横,竖\n甲银行,银行,116.4651,39.9951".encode()
    at = send(admin, data, columns="name=店\nkind=类\n经度=横\nlat=竖")
    assert "甲银行" in admin.get(at).text


def test_words_of_a_file_stay_words(admin: Client) -> None:
    at = send(admin, f"{HEAD}\n<script>alert(1)</script>,银行,116.4651,39.9951,{{{{7*7}}}},".encode(), name="<b>x</b>.csv")
    text = admin.get(at).text
    assert "<script>alert" not in text
    assert "<b>x" not in text


def test_grids_come_in_by_hand_too(admin: Client, database: Database) -> None:
    data = '网格编码,网格名称,边界\n104400,东网格,"POLYGON((116.5 39.99,116.51 39.99,116.51 40.0,116.5 39.99))"'.encode()
    at = send(admin, data, what="grids", organisation="望京供电所")
    assert "东网格" in admin.get(at).text
    admin.post(f"{at}/confirmation")
    with database.reading() as session:
        assert session.scalar(sa.select(Grid.code).where(Grid.name == "东网格")) == "104400"


def test_where_there_is_no_grid_yet_the_page_opens_on_grids(admin: Client, signed_in: Client, told_town: Cast) -> None:
    assert '<option value="points" selected>' in admin.get(AT).text
    elsewhere = organisations.add(told_town.session, "新供电所", under=None)
    told_town.session.execute(sa.update(Person).where(Person.id == told_town.admin.id).values(organisation_id=elsewhere.id))
    told_town.session.commit()
    assert '<option value="grids" selected>' in signed_in(told_town.admin).get(AT).text


def test_whose_the_grids_are_is_asked_in_the_page_s_own_words(admin: Client, database: Database) -> None:
    plain = "短码,名称\n104400,东网格".encode()
    assert admin.get(AT).text.index("更多") < admin.get(AT).text.index("网格属于哪个单位"), "folded away as long as there are grids"
    answer = admin.post(AT, data={"what": "grids", "datum": "wgs84"}, files={"file": ("x.csv", plain)})
    assert answer.status_code == 422
    assert answer.text.index("请在这里选") < answer.text.index("更多")
    assert "--organisation" not in answer.text
    at = send(admin, plain, what="grids", organisation="望京供电所")
    assert "还没有边界的网格 1 个" in admin.get(at).text
    admin.post(f"{at}/confirmation")
    assert "还没有边界，点此去画" in admin.get("/desk/admin/grids").text
    with database.reading() as session:
        grid = session.scalars(sa.select(Grid).where(Grid.code == "104400")).one()
    assert "依次点出各个拐点" in admin.get(f"/desk/admin/grids/{grid.id}/boundary").text
    assert admin.get("/desk/circle/coverage?grid=104400").status_code == 200


def test_there_is_a_sample_for_each_and_no_mapping_is_asked_for(admin: Client) -> None:
    for what in importing.WHATS:
        assert f'href="{AT}/samples/{what}"' in admin.get(AT).text
        assert admin.get(f"{AT}/samples/{what}").status_code == 200
    answer = admin.post(AT, data={"what": "grids", "datum": "wgs84"}, files={"file": ("x.csv", "号,名称\n1,甲".encode())})
    assert "找不到这些列：片区短码" in answer.text
    assert "code=" not in answer.text


def test_only_administrators_bring_in_files(signed_in: Client, resident: Client, admin: Client, told_town: Cast) -> None:
    at = send(admin)
    for client in (signed_in(told_town.wangfang), signed_in(told_town.liujie)):
        for address in (AT, at):
            assert client.get(address, follow_redirects=False).status_code == 403
        for address in (AT, f"{at}/confirmation", f"{at}/datum"):
            assert client.post(address, data={"datum": "bd09"}, follow_redirects=False).status_code == 403
    assert resident.get(AT, follow_redirects=False).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("token", ["x", "..%2f..%2fsecret", "A" * 22, "a" * 5000])
def test_a_token_that_nobody_was_given_leads_nowhere(admin: Client, token: str) -> None:
    assert admin.get(f"{AT}/{token}").status_code == 404
    assert admin.post(f"{AT}/{token}/confirmation").status_code == 404


def test_an_upload_is_kept_for_a_day_and_readable_by_its_owner_only(admin: Client, chosen: Settings) -> None:
    import os

    folder = chosen.home / "imports" / send(admin).rpartition("/")[2]
    assert folder.stat().st_mode & 0o077 == 0
    os.utime(folder, (0, 0))
    send(admin)
    assert not folder.exists()


def test_a_file_over_the_limit_is_refused(admin: Client, chosen: Settings) -> None:
    answer = admin.post(AT, data={"what": "points", "datum": "wgs84"}, files={"file": ("x.csv", b"x" * (chosen.max_body + 1))})
    assert answer.status_code == 413


def test_a_large_workbook_is_previewed_within_seconds(admin: Client, told_town: Cast, session: Session, tmp_path: Path) -> None:
    rows = [
        HEAD.split(","),
        *([f"第{n}银行", "银行", 116.46 + n % 100 / 12_000 + 0.0001234, 39.99 + n / 800_000, "", ""] for n in range(5000)),
    ]
    at = send(admin, files.workbook(网点=rows), "网点.xlsx")
    assert "写入这 5000 行" in admin.get(at).text
