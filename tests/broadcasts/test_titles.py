"""A title says what its notice says: made by itself it follows the draft, and what one's own says falsely is asked about."""

from tests.broadcasts.test_meanwhile import SignedIn, filled, on_sqlite, send, typed
from tests.cast import Cast

ASKED = "请核对。"


@on_sqlite
def test_a_title_follows_the_draft_until_somebody_writes_one(told_town: Cast, signed_in: SignedIn) -> None:
    wang, garden, court = signed_in(told_town.wangfang), str(told_town.garden.id), str(told_town.court.id)
    said = {"grid": "104226", "kind": "temporary_outage", "starts_at": "2026-05-08T08:00", "ends_at": "2026-05-08T11:00", "cause": "检修"}
    page = wang.post("/desk/notices", data=said | {"estates": garden})
    edit = f"{page.url.path}/edit"
    form = filled(wang.get(edit), edit)
    assert "<strong>莲花园临时停电</strong>" in page.text
    assert dict(form)["title"] == ""
    moved = send(wang, edit, typed(form, kind="planned_outage", estates=court))
    assert "<strong>荷塘苑计划停电</strong>" in moved.text
    assert "莲花园" not in moved.text.split("<h2>")[1]
    assert ASKED not in moved.text
    own = send(wang, edit, typed(filled(wang.get(edit), edit), title="莲花园临时停电：请互相转告"))
    assert "标题里写着临时停电、莲花园" in own.text or "标题里写着莲花园、临时停电" in own.text
    assert dict(filled(wang.get(edit), edit))["title"] == "莲花园临时停电：请互相转告"
