"""Every page's and every machine's address, under one roof."""

from typing import Any

from litestar import Request, Router
from litestar.datastructures import State
from litestar.exceptions import HTTPException

import broadcasts.api
import broadcasts.cards.card_desk
import broadcasts.cards.card_pages
import broadcasts.composer.draft_desk
import broadcasts.composer.paste_desk
import broadcasts.composer.releasing
import broadcasts.desk
import broadcasts.feeds.feed_pages
import broadcasts.notice_pages
import broadcasts.pages
import broadcasts.print.circle_print_pages
import broadcasts.print.print_pages
import broadcasts.promises.occasions_desk
import broadcasts.sending.groups_desk
import broadcasts.sending.sending_desk
import broadcasts.sending.stewards_desk
import broadcasts.subscribers.joining_pages
import broadcasts.subscribers.preference_pages
import broadcasts.subscribers.subscription_pages
import broadcasts.tariffs.tariff_desk
import broadcasts.tariffs.tariff_pages
import grids.api
import grids.calendar.calendar_desk
import grids.circle.walk_desk
import grids.coverage_desk
import grids.desk
import grids.maps.map_desk
import grids.pages
import grids.points.doubles_desk
import grids.points.pay_way_desk
import grids.points.shut_pages
import grids.points.upkeep_desk
import grids.sample_desk
import grids.staff.staff_desk
import pwa.pages
import tickets.answer_desk
import tickets.answers
import tickets.answers.book_desk
import tickets.answers.idea_desk
import tickets.api
import tickets.appointments.appointment_desk
import tickets.appointments.appointment_pages
import tickets.appointments.booking_desk
import tickets.appointments.visit_hours_desk
import tickets.asking_pages
import tickets.clocks.clock_desk
import tickets.clocks.standards_desk
import tickets.desk
import tickets.field.consult_desk
import tickets.field.outreach_desk
import tickets.households.moving_pages
import tickets.kinds.kinds_desk
import tickets.noting_desk
import tickets.outages.notice_desk
import tickets.photos.photo_pages
import tickets.privacy.privacy_desk
import tickets.privacy.privacy_pages
import tickets.privacy.retention_desk
import tickets.procedures.case_desk
import tickets.procedures.case_pages
import tickets.procedures.procedure_desk
import tickets.specialists.consulting_desk
import tickets.specialists.specialist_desk
import tickets.thread_desk
import tickets.thread_pages
import tickets.triage.over_pages
import tickets.triage.triage_pages
import tickets.whereabouts_pages
import tickets.wording.words_desk
from app import health, passing_desk, signing_in, today
from app.core.turns import READS
from app.review import fieldwork, meeting
from app.review import pages as review

PEOPLE = (
    signing_in,
    today,
    passing_desk,
    review,
    fieldwork,
    meeting,
    grids.pages,
    grids.desk,
    grids.sample_desk,
    grids.staff.staff_desk,
    grids.points.shut_pages,
    grids.points.upkeep_desk,
    grids.points.doubles_desk,
    grids.coverage_desk,
    grids.points.pay_way_desk,
    grids.calendar.calendar_desk,
    grids.maps.map_desk,
    grids.circle.walk_desk,
    broadcasts.pages,
    broadcasts.notice_pages,
    broadcasts.promises.occasions_desk,
    broadcasts.desk,
    broadcasts.composer.draft_desk,
    broadcasts.cards.card_pages,
    broadcasts.cards.card_desk,
    broadcasts.tariffs.tariff_pages,
    broadcasts.tariffs.tariff_desk,
    broadcasts.composer.releasing,
    broadcasts.subscribers.subscription_pages,
    broadcasts.subscribers.joining_pages,
    broadcasts.subscribers.preference_pages,
    broadcasts.print.circle_print_pages,
    broadcasts.print.print_pages,
    broadcasts.feeds.feed_pages,
    broadcasts.sending.sending_desk,
    broadcasts.sending.groups_desk,
    broadcasts.sending.stewards_desk,
    broadcasts.composer.paste_desk,
    tickets.asking_pages,
    tickets.thread_pages,
    tickets.whereabouts_pages,
    tickets.photos.photo_pages,
    tickets.desk,
    tickets.noting_desk,
    tickets.answers.idea_desk,
    tickets.households.moving_pages,
    tickets.thread_desk,
    tickets.triage.over_pages,
    tickets.triage.triage_pages,
    tickets.wording.words_desk,
    tickets.outages.notice_desk,
    tickets.kinds.kinds_desk,
    tickets.clocks.clock_desk,
    tickets.clocks.standards_desk,
    tickets.answer_desk,
    tickets.answers.book_desk,
    tickets.field.consult_desk,
    tickets.field.outreach_desk,
    tickets.specialists.consulting_desk,
    tickets.specialists.specialist_desk,
    tickets.appointments.appointment_pages,
    tickets.appointments.appointment_desk,
    tickets.appointments.booking_desk,
    tickets.appointments.visit_hours_desk,
    tickets.privacy.privacy_pages,
    tickets.privacy.privacy_desk,
    tickets.privacy.retention_desk,
    tickets.procedures.case_pages,
    tickets.procedures.case_desk,
    tickets.procedures.procedure_desk,
    pwa.pages,
    health,
)
MACHINES = (grids.api, broadcasts.api, tickets.api)


def people() -> Router:
    """In a router of their own: two handlers of one address given to the app one by one are wrapped for the thread twice."""
    return Router("/", route_handlers=[route for module in PEOPLE for route in module.routes])


def machines() -> Router:
    routes = [route for module in MACHINES for route in module.routes]
    return Router("/api/v1", route_handlers=routes, tags=["v1"], before_request=json_only)


async def json_only(request: Request[Any, Any, State]) -> None:
    """A form of another site cannot claim to be JSON without asking first."""
    if request.method not in READS and request.content_type[0] != "application/json":
        raise HTTPException(status_code=415)
