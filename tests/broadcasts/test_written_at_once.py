"""王芳 and 赵敏 write at one draft at the same time: nobody's words are lost unseen, and who published first is named."""

import pytest

from app.core.database import Database
from app.core.errors import Overtaken
from broadcasts import drafts, meanwhile
from tests.broadcasts.stage import draft
from tests.broadcasts.test_meanwhile import SignedIn, filled, on_sqlite, send, typed
from tests.cast import Cast

SAID = {"grid": "104226", "kind": "fault_outage", "title": "莲花园停电", "words": "正在抢修。", "cause": "电缆故障", "unknown": "on"}


def test_a_draft_is_written_on_by_who_has_read_its_newest_words(town: Cast) -> None:
    session, zhao = town.session, town.me(town.zhaomin)
    notice = draft(town)
    read, said = meanwhile.wording_of(session, notice), {"kind": notice.kind, "estates": [town.garden.id], "ends_at": notice.ends_at}
    for _twice in range(2):
        drafts.edit(session, notice, by=town.me(town.wangfang), mark=read, **said, words="电缆要换一段。")
        read = meanwhile.wording_of(session, notice)
    with pytest.raises(Overtaken, match=r"王芳.*改过"):
        drafts.edit(session, notice, by=zhao, mark="before", **said, words="半句")
    assert notice.words == "电缆要换一段。"
    drafts.edit(session, notice, by=zhao, mark=read, **said, words="半句")
    drafts.edit(session, notice, by=zhao, **said, words="一台机器没有打开过页面。")


@on_sqlite
def test_two_who_write_at_one_draft_lose_no_word(told_town: Cast, signed_in: SignedIn, database: Database) -> None:
    wang, zhao, garden = signed_in(told_town.wangfang), signed_in(told_town.zhaomin), str(told_town.garden.id)
    page = wang.post("/desk/notices", data=SAID | {"estates": garden}).url.path
    edit = f"{page}/edit"
    his, her_second_tab = (filled(client.get(edit), edit) for client in (zhao, wang))
    assert send(wang, edit, typed(filled(wang.get(edit), edit), title="莲花园故障", words="电缆要换一段。")).url.path == page
    asked = send(zhao, edit, typed(his, words="抢修车已到。"))
    assert (asked.status_code, "王芳" in asked.text, "改过" in asked.text) == (409, True, True)
    assert "电缆要换一段。" in asked.text, "hers is read beside his"
    kept = dict(filled(asked, edit))
    assert (kept["words"], kept["title"]) == ("抢修车已到。", "莲花园故障"), "what he had not touched takes nothing of hers back"
    assert send(zhao, edit, filled(asked, edit)).url.path == page, "one tap, and his hold"
    now = dict(filled(wang.get(edit), edit))
    assert (now["words"], now["title"]) == ("抢修车已到。", "莲花园故障")
    assert send(wang, edit, typed(her_second_tab, cause="变压器")).status_code == 409, "he was the last: she is asked"


@on_sqlite
def test_two_who_write_from_one_pasted_text_lose_no_word(told_town: Cast, signed_in: SignedIn) -> None:
    wang, zhao = signed_in(told_town.wangfang), signed_in(told_town.zhaomin)
    pasted = wang.post("/desk/pastes", data={"grid": "104226", "text": "莲花园1号楼电缆故障停电，正在抢修。"}).url.path
    hers, his = (filled(client.get(pasted), "/desk/notices") for client in (wang, zhao))
    draft = send(wang, "/desk/notices", typed(hers, unknown="on", words="电缆要换一段。")).url.path
    asked = send(zhao, "/desk/notices", typed(his, unknown="on", words="抢修车已到。"))
    assert (asked.status_code, "电缆要换一段。" in asked.text) == (409, True)
    assert send(zhao, f"{draft}/edit", filled(asked, f"{draft}/edit")).url.path == draft


@on_sqlite
def test_ones_own_second_tab_is_no_colleague(told_town: Cast, signed_in: SignedIn) -> None:
    wang, garden = signed_in(told_town.wangfang), str(told_town.garden.id)
    page = wang.post("/desk/notices", data=SAID | {"estates": garden}).url.path
    edit = f"{page}/edit"
    other_tab = filled(wang.get(edit), edit)
    send(wang, edit, typed(filled(wang.get(edit), edit), words="电缆要换一段。"))
    assert send(wang, edit, typed(other_tab, cause="变压器")).status_code == 200
    now = dict(filled(wang.get(edit), edit))
    assert (now["words"], now["cause"]) == ("电缆要换一段。", "变压器"), "each tab brings what was written in it"


@on_sqlite
def test_who_publishes_what_is_published_reads_who_did_it(told_town: Cast, signed_in: SignedIn) -> None:
    wang, zhao = signed_in(told_town.wangfang), signed_in(told_town.zhaomin)
    page = wang.post("/desk/notices", data=SAID | {"estates": str(told_town.garden.id)}).url.path
    edit, release = f"{page}/edit", f"{page}/publication"
    form, button = filled(zhao.get(edit), edit), filled(zhao.get(page), release)
    hers = filled(wang.get(page), release)
    said = [send(wang, release, hers).text for _twice in range(2)]
    assert "已经发布" not in "".join(said), "her own second tap is no news"
    late = send(zhao, release, button).text
    assert ("王芳" in late, "已经发布" in late) == (True, True)
    written = send(zhao, edit, typed(form, words="抢修车已到。"))
    assert (written.status_code, "已经发布" in written.text, "抢修车已到。" in written.text) == (409, True, True)
