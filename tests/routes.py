"""Every address of ours: who may use it, and what a right request to it looks like. A new route fails until it is listed."""

from datetime import timedelta
from typing import Any

import msgspec

from app.core import clock
from grids.maps.boundaries import version
from grids.tables import Grid
from tests.cast import square
from tests.scene import CLOSED, DARK, HOME, NEWCOMER, TOKEN, Scene

OWN, DEPUTY, OTHER, BOSS, FAR, CLERK, ADMIN, NOBODY = "王芳", "赵敏", "陈刚", "刘洁", "周远", "孙丽", "管理员", "nobody"
ASKED_ONE = "吴建"
"""The specialist who was asked about a question of 莲花网格; sees no grid."""
EVERYBODY = {OWN, DEPUTY, OTHER, BOSS, FAR, CLERK, ADMIN, ASKED_ONE, NOBODY}
STAFF = EVERYBODY - {NOBODY}
DUTY = {OWN, DEPUTY}
SEES = DUTY | {BOSS, CLERK, ADMIN}
"""Those who see what is in 莲花网格: its own people, and those above it in the tree."""

WRITERS = DUTY | {OTHER, BOSS, FAR, ADMIN}
"""Whoever looks after a grid, and those who review, write cards."""

TARIFF = {
    "region": "北京", "period": "year", "effective_on": "2026-01-01", "limit_1": "2880", "limit_2": "4800", "price_1": "0.4883",
    "price_2": "0.5383", "price_3": "0.7883", "source": "京发改",
}  # fmt: skip


BOUNDARY = "116.46 39.99\n116.47 39.99\n116.47 40\n116.46 40.001"


KEPT_SHORTER = {"kept": "contacts", "days": "180", "source": "局发〔2026〕1号", "effective_on": "2099-01-01"}


class Route(msgspec.Struct, frozen=True):
    """`open_to` may use it; to everybody else it is refused. `form` or `json` is a request that works, by one of them: `by`."""

    open_to: set[str]
    form: dict[str, Any] | None = None
    json: dict[str, Any] | None = None
    by: str = OWN
    file: bool = False


PUBLIC = Route(EVERYBODY)
LISTED: dict[tuple[str, str], Route] = {
    ("GET", "/"): PUBLIC, ("GET", "/find"): PUBLIC, ("GET", "/g/{code}"): PUBLIC, ("GET", "/g/{code}/ask"): PUBLIC,
    ("GET", "/g/{code}/cards"): PUBLIC, ("GET", "/g/{code}/pay"): PUBLIC, ("GET", "/g/{code}/qr.svg"): PUBLIC,
    ("GET", "/g/{code}/pay/poster.pdf"): PUBLIC, ("GET", "/g/{code}/pay/poster.png"): PUBLIC,
    ("GET", "/g/{code}/poster"): PUBLIC, ("GET", "/c/{slug}/qr.svg"): PUBLIC,
    ("GET", "/g/{code}/feed.atom"): PUBLIC, ("GET", "/g/{code}/outages.ics"): PUBLIC, ("GET", "/g/{code}/cap.xml"): PUBLIC,
    ("GET", "/g/{code}/outages.geojson"): PUBLIC, ("GET", "/g/{code}/signage"): PUBLIC,
    ("GET", "/n/{number}"): PUBLIC, ("GET", "/n/{number}/calendar.ics"): PUBLIC,
    ("GET", "/n/{number}/poster"): PUBLIC, ("GET", "/n/{number}/qr.svg"): PUBLIC,
    ("GET", "/n/{number}/poster.pdf"): PUBLIC, ("GET", "/n/{number}/poster.png"): PUBLIC,
    ("GET", "/c/{slug}/poster.pdf"): PUBLIC, ("GET", "/c/{slug}/poster.png"): PUBLIC,
    ("GET", "/tariff"): PUBLIC, ("GET", "/g/{code}/tariff"): PUBLIC,
    ("GET", "/c/{slug}/versions"): PUBLIC, ("GET", "/c/{slug}/versions/{version}"): PUBLIC,
    ("GET", "/c/{slug}"): PUBLIC, ("GET", "/c/{slug}/poster"): PUBLIC, ("GET", "/q/{token}"): PUBLIC, ("GET", "/q/{token}/qr.svg"): PUBLIC,
    ("GET", "/sign-in"): PUBLIC, ("GET", "/language"): PUBLIC, ("GET", "/offline"): PUBLIC, ("GET", "/manifest.webmanifest"): PUBLIC,
    ("GET", "/sw.js"): PUBLIC, ("GET", "/static/{name}"): PUBLIC, ("GET", "/push/key"): PUBLIC, ("GET", "/healthz"): PUBLIC,
    ("GET", "/metrics"): PUBLIC, ("GET", "/favicon.ico"): PUBLIC, ("GET", "/api/v1/openapi.json"): PUBLIC,
    ("GET", "/api/v1/openapi.json/openapi.json"): PUBLIC, ("GET", "/api/v1/openapi.json/{path}"): PUBLIC,
    ("POST", "/sign-in"): Route(EVERYBODY, form={"phone": "10000000001", "password": "wangjing-2026"}, by=NOBODY),
    ("POST", "/push/subscriptions"): Route(EVERYBODY, by=NOBODY),
    ("DELETE", "/push/subscriptions"): Route(EVERYBODY, by=NOBODY),
    ("POST", "/g/{code}/ask"): Route(EVERYBODY, form={"words": "家里跳闸了怎么办", "nonce": "a-nonce-of-this-form"}, by=NOBODY),
    ("POST", "/q/{token}/messages"): Route(EVERYBODY, form={"words": "今天又高了"}, by=NOBODY),
    ("GET", "/q/{token}/photos/{photo_id}"): PUBLIC, ("GET", "/q/{token}/photos/{photo_id}/small"): PUBLIC,
    ("GET", "/desk/tickets/{ticket_id}/photos/{photo_id}"): Route(DUTY | {CLERK}),
    ("GET", "/desk/wording.json"): Route(STAFF), ("POST", "/desk/tickets/{ticket_id}/wording"): Route(SEES, form={"words": "台区过负荷"}),
    ("POST", "/desk/tickets/{ticket_id}/rating"): Route(DUTY | {CLERK}, form={"stars": "4"}),
    ("POST", "/desk/tickets/{ticket_id}/marks"): Route(DUTY, form={"entry": "1", "reason": "insult"}),
    ("POST", "/desk/tickets/{ticket_id}/marks/{mark_id}/undoing"): Route(DUTY, form={}),
    ("GET", "/desk/tickets/{ticket_id}/photos/{photo_id}/small"): Route(DUTY | {CLERK}),
    ("GET", "/g/{code}/triage"): PUBLIC, ("GET", "/q/{token}/triage"): PUBLIC,
    ("POST", "/q/{token}/triage"): Route(EVERYBODY, form={"a": "none.lit.off.utility"}, by=NOBODY),
    ("POST", "/q/{token}/working"): Route(EVERYBODY, form={}, by=NOBODY),
    ("POST", "/desk/tickets/{ticket_id}/working"): Route(DUTY, form={"seen": "999999999"}),
    ("GET", "/desk/card-ideas/{idea_id}"): Route(DUTY),
    ("POST", "/desk/card-ideas/{idea_id}"): Route(
        DUTY, form={"topic": "procedures", "title": "发票怎么开", "words": "在网上国网里开。", "source": "王芳的答复"}
    ),
    ("POST", "/desk/card-ideas/{idea_id}/declining"): Route(DUTY, form={}),
    ("GET", "/desk/answers"): Route(STAFF), ("GET", "/desk/answers.json"): Route(STAFF),
    ("POST", "/q/{token}/person"): Route(EVERYBODY, form={}, by=NOBODY),
    ("POST", "/q/{token}/rating"): Route(EVERYBODY, form={"stars": "5"}, by=NOBODY),
    ("POST", "/q/{token}/homecoming"): Route(EVERYBODY, form={"back": "no"}, by=NOBODY),
    ("POST", "/q/{token}/whereabouts"): Route(EVERYBODY, form={"where": "东门口", "phone": "13800001111"}, by=NOBODY),
    ("POST", "/q/{token}/reopening"): Route(EVERYBODY, form={"words": "没办成"}, by=NOBODY),
    ("GET", "/g/{code}/subscribe"): PUBLIC, ("GET", "/subscribe/{token}"): PUBLIC, ("GET", "/s"): PUBLIC, ("GET", "/s/{token}"): PUBLIC,
    ("GET", "/s/{token}/leaving"): PUBLIC,
    ("POST", "/g/{code}/subscribe"): Route(
        EVERYBODY, form={"channel": "webhook", "address": "https://hooks.example.com/in", "topics": "outage"}, by=NOBODY
    ),
    ("POST", "/subscribe/{token}"): Route(EVERYBODY, by=NOBODY), ("POST", "/s"): Route(EVERYBODY, by=NOBODY),
    ("POST", "/s/{token}"): Route(EVERYBODY, form={"topics": "outage"}, by=NOBODY),
    ("POST", "/s/{token}/places"): Route(EVERYBODY, form={"place": ""}, by=NOBODY),
    ("POST", "/s/{token}/places/{subscription_id}/dropping"): Route(EVERYBODY, form={}, by=NOBODY),
    ("POST", "/s/{token}/leaving"): Route(EVERYBODY, form={}, by=NOBODY),
    ("GET", "/q/{token}/data"): PUBLIC, ("GET", "/q/{token}/data/copy"): PUBLIC, ("GET", "/q/{token}/data/copy.zip"): PUBLIC,
    ("POST", "/q/{token}/data"): Route(EVERYBODY, form={"wish": "erasure"}, by=NOBODY),
    ("POST", "/q/{token}/data/{request_id}/taking-back"): Route(EVERYBODY, form={}, by=NOBODY),
    ("POST", "/desk/tickets/{ticket_id}/looks"): Route(DUTY | {CLERK}, form={"reason": "call_back"}),
    ("POST", "/desk/errands/{errand_id}/looks"): Route(DUTY | {CLERK}, form={}),
    ("POST", "/desk/tickets/{ticket_id}/data-requests"): Route(DUTY | {CLERK}, form={"wish": "copy", "proof": "bill"}),
    ("GET", "/desk/data-requests"): Route(STAFF), ("GET", "/desk/data-requests/{request_id}"): Route(DUTY | {CLERK, ADMIN}),
    ("POST", "/desk/data-requests/{request_id}/doing"): Route(DUTY | {ADMIN}, form={"proof": "bill"}),
    ("POST", "/desk/data-requests/{request_id}/declining"): Route(DUTY | {ADMIN}, form={"why": "taken_back"}),
    ("POST", "/desk/data-requests/{request_id}/copies"): Route(DUTY | {ADMIN}, form={}),
    ("GET", "/desk/admin/lookups"): Route({ADMIN}), ("GET", "/desk/admin/retention"): Route({ADMIN}),
    ("POST", "/desk/admin/retention"): Route({ADMIN}, form=KEPT_SHORTER, by=ADMIN),
    ("GET", "/desk"): Route(STAFF), ("GET", "/desk/me"): Route(STAFF), ("GET", "/desk/notices"): Route(STAFF),
    ("GET", "/desk/tickets"): Route(STAFF), ("GET", "/desk/circle"): Route(STAFF),
    ("GET", "/desk/notices/new"): Route(DUTY | {OTHER}),
    ("POST", "/desk/share"): Route(DUTY | {OTHER}, form={"text": "今晚检修"}),
    ("POST", "/desk/pastes"): Route(DUTY, form={"grid": "104226", "text": "今晚检修"}), ("GET", "/desk/pastes/{paste_id}"): Route(DUTY),
    ("POST", "/desk/pastes/{paste_id}/answers"): Route(DUTY, form={"part": "0", "kind": "planned_outage", "answer": "x.-"}),
    ("POST", "/desk/pastes/{paste_id}/drafts"): Route(DUTY, form={}),
    ("GET", "/desk/notices/reckoning"): Route(DUTY | {OTHER}),
    ("GET", "/g/{code}/appointments"): PUBLIC, ("GET", "/q/{token}/appointment"): PUBLIC, ("GET", "/q/{token}/appointment.ics"): PUBLIC,
    ("POST", "/g/{code}/appointments"): Route(
        EVERYBODY, form={"kind": "new_connection", "slot": "{slot}", "phone": "10000000021"}, by=NOBODY
    ),
    ("POST", "/q/{token}/appointment"): Route(EVERYBODY, form={"slot": "{slot}"}, by=NOBODY),
    ("POST", "/q/{token}/appointment/cancellation"): Route(EVERYBODY, form={}, by=NOBODY),
    ("GET", "/desk/appointments"): Route(STAFF), ("GET", "/desk/appointments/new"): Route(DUTY | {OTHER, CLERK}),
    ("GET", "/desk/appointments/hours"): Route(DUTY | {OTHER}),
    ("POST", "/desk/appointments/hours"): Route(
        DUTY, form={"grid": "104226", "opening_hours": "Mo-Su 08:00-20:00", "minutes": "30", "capacity": "2"}
    ),
    ("POST", "/desk/appointments/days-off"): Route(DUTY, form={"grid": "104226", "day": "2026-12-24", "off": "on"}),
    ("POST", "/desk/appointments"): Route(
        DUTY | {CLERK}, form={"grid": "104226", "kind": "change", "slot": "{slot}", "contact": "10000000021"}
    ),
    ("POST", "/desk/appointments/{appointment_id}/outcome"): Route(DUTY, form={"came": "yes"}),
    ("POST", "/desk/appointments/{appointment_id}/reminding"): Route(DUTY, form={}),
    ("GET", "/desk/tickets/{ticket_id}/appointment"): Route(DUTY | {CLERK}),
    ("POST", "/desk/tickets/{ticket_id}/appointment"): Route(DUTY | {CLERK}, form={"slot": "{slot}"}),
    ("POST", "/desk/tickets/{ticket_id}/appointment/cancellation"): Route(DUTY | {CLERK}, form={}),
    ("GET", "/q/{token}/procedure"): PUBLIC, ("GET", "/desk/cases"): Route(STAFF), ("GET", "/desk/cases/{case_id}"): Route(SEES),
    ("POST", "/desk/tickets/{ticket_id}/case"): Route(DUTY | {CLERK}, form={"customer": "resident"}),
    ("POST", "/desk/cases/{case_id}/stages"): Route(DUTY, form={"rank": "0"}),
    ("POST", "/desk/cases/{case_id}/papers"): Route(DUTY | {CLERK}, form={"paper": "身份证明"}),
    ("POST", "/desk/cases/{case_id}/papers/taking-back"): Route(DUTY | {CLERK}, form={"paper": "房产证明"}),
    ("POST", "/desk/cases/{case_id}/withdrawal"): Route(DUTY, form={}),
    ("GET", "/desk/admin/procedures"): Route({ADMIN}),
    ("POST", "/desk/admin/procedures"): Route(
        {ADMIN},
        form={
            "kind": "change", "customer": "resident", "days": "3", "stages": "办好 | 3 | 我们改好户名。", "source": "本单位",
            "effective_on": f"{clock.today() + timedelta(days=1)}",
        },
        by=ADMIN,
    ),
    ("GET", "/review/procedures"): Route({BOSS, FAR, ADMIN}), ("GET", "/review/outreach"): Route({BOSS, FAR, ADMIN}),
    ("GET", "/desk/consults/new"): Route(DUTY | {OTHER, CLERK}),
    ("POST", "/desk/consults"): Route(DUTY | {CLERK}, form={"grid": "104226", "kind": "tier_tariff", "solved": "yes"}),
    ("GET", "/desk/outreach"): Route(STAFF), ("GET", "/desk/outreach.xlsx"): Route(STAFF),
    ("GET", "/desk/outreach/new"): Route(DUTY | {OTHER}), ("GET", "/desk/outreach/{outreach_id}/photo"): Route(SEES),
    ("POST", "/desk/outreach"): Route(
        DUTY, form={"grid": "104226", "day": f"{clock.today()}", "place": "莲花园", "topic": "防触电", "met": "30", "card-tiers": "20"}
    ),
    ("GET", "/desk/tickets/new"): Route(DUTY | {OTHER, CLERK}), ("GET", "/desk/points/new"): Route(DUTY | {OTHER, ADMIN}),
    ("GET", "/desk/notices/{number}"): Route(SEES), ("GET", "/desk/notices/{number}/edit"): Route(DUTY),
    ("GET", "/desk/notices/{number}/loudspeaker"): Route(SEES), ("GET", "/desk/notices/{number}/doors"): Route(SEES),
    ("GET", "/desk/notices/{number}/doors.pdf"): Route(SEES),
    ("GET", "/desk/notices/{number}/sending"): Route(SEES), ("GET", "/desk/notices/{number}/reached"): Route(SEES),
    ("POST", "/desk/notices/{number}/postings"): Route(DUTY, form={"update": "{update}", "to": "group/1"}),
    ("POST", "/desk/notices/{number}/postings/withdrawal"): Route(DUTY, form={"update": "{update}", "to": "group/1"}),
    ("GET", "/desk/groups"): Route(STAFF), ("GET", "/desk/groups/new"): Route(DUTY | {OTHER}),
    ("POST", "/desk/groups"): Route(DUTY, form={"grid": "104226", "name": "荷塘苑团购群", "members": "120"}),
    ("GET", "/desk/groups/{group_id}"): Route(DUTY), ("POST", "/desk/groups/{group_id}"): Route(DUTY, form={"name": "改了名的群"}),
    ("POST", "/desk/groups/{group_id}/rise"): Route(DUTY, form={}), ("POST", "/desk/groups/{group_id}/leaving"): Route(DUTY, form={}),
    ("GET", "/desk/stewards"): Route(STAFF), ("GET", "/desk/stewards/new"): Route(DUTY | {OTHER}),
    ("POST", "/desk/stewards"): Route(DUTY, form={"grid": "104226", "name": "李姐", "phone": "15400000902", "estates": "{estate}"}),
    ("GET", "/desk/stewards/{steward_id}"): Route(DUTY),
    ("POST", "/desk/stewards/{steward_id}"): Route(DUTY, form={"name": "李姐", "phone": "15400000903", "estates": "{estate}"}),
    ("POST", "/desk/stewards/{steward_id}/leaving"): Route(DUTY, form={}),
    ("GET", "/desk/tickets/{ticket_id}/over"): Route(DUTY),
    ("GET", "/desk/tickets/{ticket_id}"): Route(SEES), ("GET", "/desk/points/{point_id}"): Route(DUTY | {ADMIN}),
    ("POST", "/desk/notices"): Route(DUTY, form={"grid": "104226", "kind": "safety", "title": "防触电", "words": "雨天远离线路。"}),
    ("POST", "/desk/notices/{number}/edit"): Route(DUTY, form={"grid": "104226", "kind": "safety", "title": "防雷", "words": "拔插头。"}),
    ("POST", "/desk/notices/{number}/publication"): Route(DUTY, form={}),
    ("GET", "/desk/occasions"): Route(STAFF),
    ("POST", "/desk/occasions/{code}/{key}"): Route(DUTY, form={"how": "alone"}),
    ("GET", "/desk/notices/{number}/cap.xml"): Route(SEES),
    ("POST", "/desk/notices/{number}/discarding"): Route(DUTY, form={}),
    ("POST", "/desk/notices/{number}/undo"): Route(DUTY, form={"version": "1"}),
    ("POST", "/desk/notices/{number}/waiting"): Route(DUTY, form={}), ("POST", "/desk/notices/{number}/replacement"): Route(DUTY, form={}),
    ("POST", "/desk/notices/{number}/updates"): Route(DUTY, form={"state": "progress", "words": "正在接电缆头。"}),
    ("POST", "/desk/points"): Route(DUTY | {ADMIN}, form={"name": "荷塘超市", "kind": "supermarket", "estate": "{estate}"}),
    ("GET", "/g/{code}/points/{point_id}/shut"): PUBLIC,
    ("POST", "/g/{code}/points/{point_id}/shut"): Route(EVERYBODY, form={"nonce": "a-nonce-of-this-door"}, by=NOBODY),
    ("GET", "/desk/circle/coverage"): Route(STAFF), ("GET", "/desk/circle/coverage.xlsx"): Route(STAFF),
    ("GET", "/desk/circle/coverage.csv"): Route(STAFF),
    ("GET", "/desk/circle/upkeep"): Route(STAFF), ("GET", "/desk/points/{point_id}/visits"): Route(DUTY | {ADMIN}),
    ("POST", "/desk/points/{point_id}/visits"): Route(DUTY | {ADMIN}, form={"found": "open"}),
    ("GET", "/desk/sightings/{sighting_id}/photo"): Route(SEES), ("GET", "/desk/points/{point_id}/machines"): Route(DUTY | {ADMIN}),
    ("POST", "/desk/points/{point_id}/machines"): Route(DUTY | {ADMIN}, form={"kind": "pay_terminal", "label": "2"}),
    ("POST", "/desk/machines/{machine_id}/faults"): Route(DUTY | {ADMIN}, form={"words": "屏幕不亮"}),
    ("POST", "/desk/machines/{machine_id}/repair"): Route(DUTY | {ADMIN}, form={}),
    ("POST", "/desk/machines/{machine_id}/removal"): Route(DUTY | {ADMIN}, form={}),
    ("GET", "/desk/admin/doubles"): Route({ADMIN}),
    ("POST", "/desk/admin/doubles/{double_id}"): Route({ADMIN}, form={"keep": "0"}, by=ADMIN),
    ("POST", "/desk/points/{point_id}"): Route(DUTY | {ADMIN}, form={"opening_hours": "24/7"}),
    ("POST", "/desk/tickets"): Route(
        DUTY | {CLERK}, form={"grid": "104226", "channel": "phone", "words": "电话里问电价", "nonce": "heard-by-phone"}
    ),
    ("POST", "/desk/tickets/{ticket_id}/answers"): Route(DUTY, form={"words": "夏天空调用得多。"}),
    ("POST", "/desk/tickets/{ticket_id}/closure"): Route(DUTY, form={"seen": "999999999"}),
    ("POST", "/desk/lookups"): Route(STAFF, form={"q": "602"}),
    ("POST", "/desk/tickets/{ticket_id}/attachment"): Route(DUTY, form={"notice": "{published}", "seen": "999999999"}),
    ("POST", "/desk/tickets/{ticket_id}/detachment"): Route(DUTY, form={}),
    ("POST", "/desk/tickets/{ticket_id}/kind"): Route(DUTY, form={"kind": "tier_tariff"}),
    ("POST", "/desk/tickets/{ticket_id}/customer"): Route(DUTY, form={"customer": "low_voltage"}),
    ("POST", "/desk/tickets/{ticket_id}/pauses"): Route(DUTY, form={"reason": "等您带户口簿", "days": "5"}),
    ("POST", "/desk/tickets/{ticket_id}/pauses/end"): Route(DUTY, form={}),
    ("POST", "/desk/tickets/{ticket_id}/preference"): Route(DUTY, form={"way": "call"}),
    ("POST", "/desk/tickets/{ticket_id}/differences"): Route(DUTY, form={"household": "{twin}"}),
    ("POST", "/desk/tickets/{ticket_id}/merges"): Route(DUTY, form={"household": "{twin}"}),
    ("POST", "/desk/tickets/{ticket_id}/merges/{merge_id}/undoing"): Route(DUTY, form={}),
    ("POST", "/desk/tickets/{ticket_id}/removal"): Route(DUTY, form={"who": "out"}),
    ("POST", "/desk/tickets/{ticket_id}/removals/{removal_id}/undoing"): Route(DUTY, form={}),
    ("POST", "/desk/tickets/{ticket_id}/removals/{removal_id}/confirmation"): Route(DUTY, form={}),
    ("POST", "/desk/me/silence"): Route(STAFF, form={}),
    ("POST", "/q/{token}/moving-in"): Route(EVERYBODY, form={}, by=NOBODY),
    ("POST", "/desk/tickets/{ticket_id}/handovers"): Route(DUTY, form={"grid": "{other_grid}", "note": "是你们那边的", "sure": "on"}),
    ("POST", "/desk/tickets/{ticket_id}/rating/looks"): Route(DUTY, form={}),
    ("POST", "/desk/tickets/{ticket_id}/promises"): Route(DUTY, form={"entry": "1"}),
    ("POST", "/desk/promises/{promise_id}/keeping"): Route(DUTY, form={}),
    ("GET", "/desk/consultations"): Route(STAFF), ("GET", "/desk/consultations/{consultation_id}"): Route(SEES | {ASKED_ONE}),
    ("GET", "/desk/consultations/{consultation_id}/photos/{photo_id}"): Route(DUTY | {CLERK, ASKED_ONE}),
    ("GET", "/desk/consultations/{consultation_id}/photos/{photo_id}/small"): Route(DUTY | {CLERK, ASKED_ONE}),
    ("POST", "/desk/tickets/{ticket_id}/consultations"): Route(DUTY, form={"specialist": "metering/{asked_one}", "question": "表准吗？"}),
    ("POST", "/desk/consultations/{consultation_id}/taking"): Route({ASKED_ONE}, form={}, by=ASKED_ONE),
    ("POST", "/desk/consultations/{consultation_id}/notes"): Route(DUTY | {ASKED_ONE}, form={"note": "先看读数。"}, by=ASKED_ONE),
    ("POST", "/desk/consultations/{consultation_id}/opinion"): Route(
        {ASKED_ONE}, form={"opinion": "表是准的。", "source": "JJG 596"}, by=ASKED_ONE
    ),
    ("POST", "/desk/consultations/{consultation_id}/declining"): Route({ASKED_ONE}, form={"reason": "不归我管。"}, by=ASKED_ONE),
    ("POST", "/desk/consultations/{consultation_id}/passing"): Route(
        {ASKED_ONE}, form={"specialist": "tariff/{another}", "why": "这是电价的事。"}, by=ASKED_ONE
    ),
    ("POST", "/desk/consultations/{consultation_id}/recalling"): Route(DUTY, form={}),
    ("GET", "/desk/grids/{grid_id}/passing"): Route({OWN, ADMIN}),
    ("POST", "/desk/grids/{grid_id}/passing"): Route({OWN, ADMIN}, form={"successor": "2", "note": "钥匙在物业。"}),
    ("GET", "/desk/passings/{passing_id}"): Route(SEES | {OTHER}),
    ("POST", "/desk/passings/{passing_id}/taking"): Route({OTHER}, form={}, by=OTHER),
    ("POST", "/desk/passings/{passing_id}/withdrawal"): Route({OWN, ADMIN, OTHER}, form={}),
    ("GET", "/desk/admin/specialists"): Route({ADMIN}),
    ("POST", "/desk/admin/specialists/{person_id}"): Route({ADMIN}, form={"topics": "metering"}, by=ADMIN),
    ("POST", "/desk/admin/topics"): Route({ADMIN}, form={"key": "street_light", "name": "路灯", "hours": "24"}, by=ADMIN),
    ("GET", "/desk/notices/{number}/askers"): Route(SEES),
    ("POST", "/desk/notices/{number}/groups"): Route(DUTY, form={"estate": "{estate}", "update": "{update}"}),
    ("POST", "/desk/errands/{errand_id}/tick"): Route(DUTY, form={}),
    ("POST", "/desk/suspicions/{suspicion_id}/draft"): Route(DUTY, form={}),
    ("POST", "/desk/suspicions/{suspicion_id}/declining"): Route(DUTY, form={}),
    ("GET", "/desk/admin/standards"): Route({ADMIN}),
    ("POST", "/desk/admin/standards"): Route(
        {ADMIN}, form={"measure": "first_answer", "amount": "60", "unit": "duty_minutes", "effective_on": "2026-06-01", "source": "文件"},
        by=ADMIN,
    ),
    ("POST", "/desk/admin/duty-hours"): Route(
        {ADMIN}, form={"hours": "24/7", "manager_hours": "Mo-Fr 08:00-17:00", "effective_on": "2026-06-01", "source": "公司文件"}, by=ADMIN
    ),
    ("GET", "/desk/admin/kinds"): Route({ADMIN}),
    ("POST", "/desk/admin/kinds"): Route({ADMIN}, form={"key": "street_light", "name": "路灯"}, by=ADMIN),
    ("GET", "/desk/cards"): Route(WRITERS), ("GET", "/desk/cards.xlsx"): Route(WRITERS), ("GET", "/desk/cards.csv"): Route(WRITERS),
    ("GET", "/desk/cards/new"): Route(WRITERS), ("GET", "/desk/cards/{slug}"): Route(WRITERS),
    ("POST", "/desk/cards"): Route(WRITERS, form={"topic": "safety", "title": "雷雨天", "words": "拔插头。", "source": "常识"}),
    ("POST", "/desk/cards/{slug}/versions"): Route(
        WRITERS, form={"topic": "tariff", "title": "阶梯电价", "words": "三档。", "source": "发改委", "after": "1", "mine": "on"}
    ),
    ("GET", "/desk/admin/tariffs"): Route({ADMIN}),
    ("POST", "/desk/admin/tariffs"): Route({ADMIN}, form=TARIFF, by=ADMIN),
    ("POST", "/desk/admin/tariffs/places"): Route({ADMIN}, form={"organisation": "1", "region": "北京"}, by=ADMIN),
    ("GET", "/desk/estates/{estate_id}/gates"): Route(SEES), ("GET", "/desk/estates/{estate_id}/sketch.svg"): Route(SEES),
    ("POST", "/desk/estates/{estate_id}/gates"): Route(DUTY | {ADMIN}, form={"name": "南门", "lat": "39.9945", "lon": "116.465"}),
    ("POST", "/desk/estates/{estate_id}/gates/{gate_id}/removal"): Route(DUTY | {ADMIN}, form={}),
    ("GET", "/desk/estates/{estate_id}/walks"): Route(DUTY | {ADMIN}),
    ("POST", "/desk/estates/{estate_id}/walks"): Route(
        DUTY | {ADMIN}, form={"home": "{home}", "point": "{point}", "minutes": "4", "nonce": "a-walk"}
    ),
    ("GET", "/desk/staff"): Route({ADMIN}), ("GET", "/desk/staff/new"): Route({ADMIN}), ("GET", "/desk/staff/{person_id}"): Route({ADMIN}),
    ("POST", "/desk/staff"): Route({ADMIN}, form={"name": "周宁", "phone": "13800000031", "role": "manager", "where": "1"}, by=ADMIN),
    ("POST", "/desk/staff/{person_id}"): Route({ADMIN}, form={"name": "吴建", "role": "clerk", "where": "1"}, by=ADMIN),
    ("POST", "/desk/staff/{person_id}/duties"): Route({ADMIN}, form={"grid": "1", "part": "deputy"}, by=ADMIN),
    ("POST", "/desk/staff/duties/{duty_id}/ending"): Route({ADMIN}, form={}, by=ADMIN),
    ("POST", "/desk/staff/{person_id}/suspension"): Route({ADMIN}, form={}, by=ADMIN),
    ("POST", "/desk/staff/{person_id}/return"): Route({ADMIN}, form={}, by=ADMIN),
    ("POST", "/desk/staff/{person_id}/password"): Route({ADMIN}, form={}, by=ADMIN),
    ("GET", "/desk/admin/grids"): Route({ADMIN}), ("GET", "/desk/admin/grids/{grid_id}/boundary"): Route({ADMIN}),
    ("POST", "/desk/admin/grids/{grid_id}/boundary"): Route(
        {ADMIN}, form={"boundary": BOUNDARY, "before": version(Grid(boundary=square(116.46, 39.99)))}, by=ADMIN
    ),
    ("POST", "/desk/admin/grids/{grid_id}/settlement"): Route({ADMIN}, form={"settlement": "rural"}, by=ADMIN),
    ("GET", "/desk/map.geojson"): Route(STAFF), ("GET", "/desk/admin/calendar"): Route({ADMIN}),
    ("POST", "/desk/admin/calendar"): Route({ADMIN}, form={"day": "2027-02-06", "kind": "holiday", "name": "春节"}, by=ADMIN),
    ("POST", "/desk/admin/calendar/removal"): Route({ADMIN}, form={"day": "2026-10-01"}, by=ADMIN),
    ("GET", "/desk/admin/pay-ways"): Route({ADMIN}), ("GET", "/desk/admin/pay-ways/{way_id}"): Route({ADMIN}),
    ("POST", "/desk/admin/pay-ways/{way_id}"): Route(
        {ADMIN}, form={"name": "网上国网", "steps": "打开App", "source": "官网", "rank": "10", "used": "on"}, by=ADMIN
    ),
    ("POST", "/sign-out"): Route(EVERYBODY, form={}, by=BOSS),
    ("GET", "/desk/admin/imports"): Route({ADMIN}), ("GET", "/desk/admin/imports/{token}"): Route({ADMIN}),
    ("GET", "/desk/admin/imports/samples/{what}"): Route({ADMIN}),
    ("POST", "/desk/admin/imports"): Route({ADMIN}, form={"what": "estates", "datum": "wgs84"}, by=ADMIN, file=True),
    ("POST", "/desk/admin/imports/{token}/datum"): Route({ADMIN}, form={"datum": "gcj02"}, by=ADMIN),
    ("POST", "/desk/admin/imports/{token}/confirmation"): Route({ADMIN}, form={}, by=ADMIN),
    ("GET", "/review"): Route({BOSS, FAR, ADMIN}), ("GET", "/review/grids"): Route({BOSS, FAR, ADMIN}),
    ("GET", "/review/report"): Route({BOSS, FAR, ADMIN}), ("GET", "/review/report.xlsx"): Route({BOSS, FAR, ADMIN}),
    ("GET", "/review/sample"): Route({BOSS, FAR, ADMIN}), ("GET", "/review/promises"): Route({BOSS, FAR, ADMIN}),
    ("GET", "/review/notices"): Route({BOSS, FAR, ADMIN}), ("GET", "/review/tickets"): Route({BOSS, FAR, ADMIN}),
    ("GET", "/api/v1/grids"): Route(STAFF), ("GET", "/api/v1/payment-points"): Route(STAFF), ("GET", "/api/v1/notices"): Route(STAFF),
    ("GET", "/api/v1/tickets"): Route(STAFF), ("GET", "/api/v1/notices/{number}"): Route(SEES),
    ("GET", "/api/v1/tickets/{ticket_id}"): Route(SEES),
    ("POST", "/api/v1/notices"): Route(DUTY, json={"grid": "104226", "kind": "service", "title": "搬家", "words": "营业厅搬到路对面。"}),
    ("POST", "/api/v1/notices/{number}/updates"): Route(DUTY, json={"state": "restored", "words": "来电了。"}),
    ("POST", "/api/v1/sms-replies"): Route(DUTY | {CLERK}, json={"phone": "10000000021", "words": "还没来电"}),
    ("POST", "/api/v1/tickets"): Route(DUTY | {CLERK}, json={"grid": "104226", "words": "系统转来的诉求"}),
    ("POST", "/api/v1/tickets/{ticket_id}/answers"): Route(DUTY, json={"words": "已经处理。"}),
}  # fmt: skip
ASKED = {
    ("GET", "/api/v1/payment-points"): "?lat=39.995&lon=116.465",
    ("GET", "/desk/map.geojson"): "?box=116.45,39.98,116.49,40.01",
    ("GET", "/g/{code}/pay/poster.pdf"): "?estate=1",
    ("GET", "/g/{code}/pay/poster.png"): "?estate=1",
}


def routes(app: Any) -> list[tuple[str, str]]:
    """Method and path of every route of the app behind its doors."""
    return sorted({(method, route.path_format) for route in app.routed.routes for method in route.methods if method != "OPTIONS"})


def fill(method: str, path: str, scene: Scene | None = None, upload: str = "x") -> str:
    """An address of the scene: acts on drafts get a draft, acts on what is published get that."""
    scene = scene or Scene("260714-01", 1, 2, 1, 2, 1)
    number: str | int = scene.published
    ticket = (
        scene.answered_ticket if path.endswith(("/closure", "/pauses", "{ticket_id}/consultations", "{ticket_id}/rating")) else scene.ticket
    )
    ticket = scene.marked_ticket if "/marks/" in path else ticket
    if path.endswith(("/edit", "/publication", "/waiting")):
        number = scene.draft
    elif path.endswith("/discarding"):
        number = scene.other_draft
    elif path.endswith("/undo"):
        number = scene.fresh
    token = upload if "/imports/" in path else CLOSED if path.endswith(("/reopening", "/rating")) else TOKEN
    ticket = scene.reached_ticket if path.endswith("/{ticket_id}/looks") else ticket
    ticket = scene.dark_ticket if path == "/desk/tickets/{ticket_id}/working" else ticket
    token = DARK if path.endswith("/{token}/working") else token
    token = HOME if path.endswith("/homecoming") else NEWCOMER if path.endswith("/moving-in") else token
    values = {
        "code": "104226",
        "what": "estates",
        "number": number,
        "slug": "tiers",
        "key": "weekly-tariff",
        "version": 1,
        "token": token,
        "ticket_id": ticket,
        "point_id": scene.point,
        "group_id": scene.group,
        "estate_id": scene.estate,
        "grid_id": 1,
        "gate_id": scene.gate,
        "way_id": 1,
        "steward_id": scene.steward,
        "paste_id": scene.paste,
        "sighting_id": scene.sighting,
        "machine_id": scene.machine,
        "photo_id": scene.photo,
        "mark_id": scene.mark,
        "double_id": scene.double,
        "promise_id": scene.promise,
        "consultation_id": scene.consultation,
        "person_id": scene.asked_one,
        "request_id": scene.done_request if path.endswith("/copies") else scene.data_request,
        "passing_id": scene.passing,
        "idea_id": scene.idea,
        "errand_id": scene.errand,
        "merge_id": scene.merge,
        "removal_id": scene.removal,
        "outreach_id": 1,
        "duty_id": 1,
        "appointment_id": scene.appointment,
        "case_id": 1,
        "suspicion_id": scene.other_suspicion if path.endswith("/declining") else scene.suspicion,
        "subscription_id": scene.subscription,
    }
    return path.format(**values, name="x.0123456789.css", path="x") + ASKED.get((method, path), "")


def given(value: str) -> str:
    """What a form says where it names something of the scene."""
    known = {
        "{estate}": "1",
        "{home}": "1",
        "{point}": "1",
        "{update}": "1",
        "metering/{asked_one}": "metering/7",
        "tariff/{another}": "tariff/8",
        "{twin}": "2",
        "{other_grid}": "2",
        "{slot}": f"{clock.today() + timedelta(days=2)}T10:00",
        "{published}": f"{clock.today():%y%m%d}-01",
    }
    return known.get(value, value)
