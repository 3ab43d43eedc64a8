"""Photos of a thread, shown to whoever may read it: through its own address, or signed in. Nobody in between keeps them."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app.core.settings import Settings
from app.core.web import Config, Db
from grids.staff import staff
from grids.staff.who import Me
from tickets import conversation, threads
from tickets.photos import thread_photos
from tickets.photos.tables import Photo
from tickets.privacy import sight
from tickets.specialists import consultations

HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex, nofollow"}


@get("/q/{token:str}/photos/{photo_id:int}", sync_to_thread=True, include_in_schema=False)
def whole(token: FromPath[str], photo_id: FromPath[int], session: Db, settings: Config) -> Response[bytes]:
    return _told(settings, _of_asker(session, token, photo_id), small=False)


@get("/q/{token:str}/photos/{photo_id:int}/small", sync_to_thread=True, include_in_schema=False)
def small(token: FromPath[str], photo_id: FromPath[int], session: Db, settings: Config) -> Response[bytes]:
    return _told(settings, _of_asker(session, token, photo_id), small=True)


@get("/desk/tickets/{ticket_id:int}/photos/{photo_id:int}", sync_to_thread=True, include_in_schema=False)
def whole_for_staff(ticket_id: FromPath[int], photo_id: FromPath[int], session: Db, me: Me, settings: Config) -> Response[bytes]:
    return _told(settings, _for_staff(session, ticket_id, photo_id, me), small=False)


@get("/desk/tickets/{ticket_id:int}/photos/{photo_id:int}/small", sync_to_thread=True, include_in_schema=False)
def small_for_staff(ticket_id: FromPath[int], photo_id: FromPath[int], session: Db, me: Me, settings: Config) -> Response[bytes]:
    return _told(settings, _for_staff(session, ticket_id, photo_id, me), small=True)


@get("/desk/consultations/{consultation_id:int}/photos/{photo_id:int}", sync_to_thread=True, include_in_schema=False)
def whole_asked(consultation_id: FromPath[int], photo_id: FromPath[int], session: Db, me: Me, settings: Config) -> Response[bytes]:
    return _told(settings, _asked(session, consultation_id, photo_id, me), small=False)


@get("/desk/consultations/{consultation_id:int}/photos/{photo_id:int}/small", sync_to_thread=True, include_in_schema=False)
def small_asked(consultation_id: FromPath[int], photo_id: FromPath[int], session: Db, me: Me, settings: Config) -> Response[bytes]:
    return _told(settings, _asked(session, consultation_id, photo_id, me), small=True)


def _of_asker(session: Db, token: str, photo_id: int) -> Photo:
    """What stood in the thread before this address led there is not this reader's."""
    ticket = conversation.by_token(session, token)
    return thread_photos.find(session, ticket, photo_id, after=threads.after(session, token))


def _for_staff(session: Db, ticket_id: int, photo_id: int, me: staff.Me) -> Photo:
    ticket = conversation.find(session, ticket_id, for_=me)
    sight.must_see_photos(ticket, for_=me)
    return thread_photos.find(session, ticket, photo_id)


def _asked(session: Db, consultation_id: int, photo_id: int, me: staff.Me) -> Photo:
    """The specialist who is asked may look at the meter too."""
    ticket = consultations.thread(session, consultation_id, for_=me)
    if not consultations.is_asked(consultations.find(session, consultation_id, for_=me), me):
        sight.must_see_photos(ticket, for_=me)
    return thread_photos.find(session, ticket, photo_id)


def _told(settings: Settings, photo: Photo, *, small: bool) -> Response[bytes]:
    return Response(thread_photos.picture(settings, photo, small=small), media_type="image/jpeg", headers=HEADERS)


routes: list[Any] = [whole, small, whole_for_staff, small_for_staff, whole_asked, small_asked]
