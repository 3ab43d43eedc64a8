"""王芳's page stands open, 赵敏 writes, then her form comes: what she left as it was filled in takes nothing of his back."""

import pytest

from tests.broadcasts.test_meanwhile import SignedIn, filled, on_sqlite, send, typed
from tests.cast import Cast
from tests.client import Client
from tests.grids.test_points import place

PHONE = "13900139222"


def opened(client: Client, listed: str) -> tuple[str, list[tuple[str, str]]]:
    """The first entry of a list, with its form."""
    page = client.get(listed).text
    at = next(part.split('"')[0] for part in page.split('href="') if part.startswith(f"{listed}/") and part.split('"')[0][-1].isdigit())
    return at, filled(client.get(at), at)


def stands(client: Client, at: str) -> dict[str, str]:
    return dict(filled(client.get(at), at))


@on_sqlite
def test_a_group_that_was_moved_is_not_moved_back_by_who_renames_it(told_town: Cast, signed_in: SignedIn) -> None:
    wang, zhao, court = signed_in(told_town.wangfang), signed_in(told_town.zhaomin), str(told_town.court.id)
    new = [("grid", "104226"), ("name", "莲花园群"), ("estates", str(told_town.garden.id)), ("members", "200")]
    send(wang, "/desk/groups", new)
    at, hers = opened(wang, "/desk/groups")
    send(zhao, at, typed(hers, estates=court, brief="on"))
    assert send(wang, at, typed(hers, name="莲花园业主群", members="180")).status_code == 200
    now = stands(wang, at)
    assert [now[name] for name in ("name", "members", "estates", "brief")] == ["莲花园业主群", "180", court, "on"]
    asked = send(zhao, at, [(name, said) for name, said in typed(hers, members="210") if name != "estates"])
    assert asked.status_code == 409
    assert ("同事改成了：180" in asked.text, "同事改成了：荷塘苑" in asked.text) == (True, True), "both took what she and he had not seen"
    again = filled(asked, at)
    assert (dict(again)["name"], dict(again)["members"]) == ("莲花园业主群", "210")
    assert send(zhao, at, again).status_code == 200
    assert (stands(zhao, at)["members"], "estates" in stands(zhao, at)) == ("210", False)


@on_sqlite
def test_a_stewards_new_number_is_kept_by_who_mends_the_name(told_town: Cast, signed_in: SignedIn) -> None:
    wang, zhao = signed_in(told_town.wangfang), signed_in(told_town.zhaomin)
    new = [("grid", "104226"), ("name", "李婶"), ("phone", "13800138111"), ("kind", "building_head")]
    send(wang, "/desk/stewards", [*new, ("estates", str(told_town.garden.id))])
    at, hers = opened(wang, "/desk/stewards")
    send(zhao, at, typed(hers, phone=PHONE))
    wrong = send(wang, at, typed(hers, name=""))
    assert (wrong.status_code, dict(filled(wrong, at))["phone"]) == (422, PHONE), "also after a mistake of her own"
    assert send(wang, at, typed(filled(wrong, at), name="李婶婶")).status_code == 200
    assert [stands(wang, at)[name] for name in ("name", "phone")] == ["李婶婶", PHONE]
    asked = send(wang, at, typed(hers, phone="13700137333", kind="volunteer"))
    assert (asked.status_code, f"同事改成了：{PHONE}" in asked.text) == (409, True)
    assert send(wang, at, filled(asked, at)).status_code == 200
    assert [stands(wang, at)[name] for name in ("name", "phone", "kind")] == ["李婶婶", "13700137333", "volunteer"]


@on_sqlite
@pytest.mark.parametrize(
    ("at", "one", "theirs"),
    [
        ("/desk/points/{point}", "phone", {"address": "花家地路口", "methods": "cash"}),
        ("/desk/staff/{sunli}", "name", {"role": "specialist"}),
        ("/desk/admin/pay-ways/1", "name", {"need": "一部手机", "rank": "7"}),
    ],
)
def test_places_to_pay_colleagues_and_ways_of_paying_too(
    at: str, one: str, theirs: dict[str, str], told_town: Cast, signed_in: SignedIn
) -> None:
    """One person on two pages writes here and there; then on both at the same place, and is told that it was no colleague."""
    bank = place(told_town.session, 39.99, 116.46, name="邮政储蓄")
    at = at.format(point=bank.id, sunli=told_town.sunli.id)
    told_town.session.commit()
    admin, other = signed_in(told_town.admin), signed_in(told_town.admin)
    opened = filled(admin.get(at), at)
    assert send(other, at, typed(opened, **theirs)).status_code == 200
    assert send(admin, at, typed(opened, **{one: "12345678"})).status_code == 200
    assert stands(admin, at).items() >= {**theirs, one: "12345678"}.items()
    asked = send(other, at, typed(opened, **{one: "87654321"}))
    assert (asked.status_code, "您在另一页改成了：12345678" in asked.text) == (409, True)
    assert "同事改成了" not in asked.text
    assert stands(admin, at)[one] == "12345678"
    assert send(other, at, filled(asked, at)).status_code == 200
    assert stands(admin, at).items() >= {**theirs, one: "87654321"}.items()


@on_sqlite
def test_who_wrote_meanwhile_is_a_colleague_unless_it_was_oneself_alone(told_town: Cast, signed_in: SignedIn) -> None:
    """王芳 on her other page, then 赵敏: it is not she alone. What is known of the hours is said once."""
    wang, zhao = signed_in(told_town.wangfang), signed_in(told_town.zhaomin)
    bank = place(told_town.session, 39.99, 116.46, name="邮政储蓄")
    bank.opening_hours, bank.grid_id = "Mo-Fr 09:00-17:00", told_town.lotus.id
    at = f"/desk/points/{bank.id}"
    told_town.session.commit()
    opened = filled(wang.get(at), at)
    send(wang, at, typed(opened, address="花家地路口"))
    send(zhao, at, typed(opened, opening_hours="Mo-Fr 08:00-16:00"))
    asked = send(wang, at, typed(opened, opening_hours="Mo-Fr 10:00-18:00")).text
    assert ("同事改成了" in asked, "您在另一页" in asked, "目前记的是" in asked) == (True, False, False)
