"""Photos of a thread, shown to whoever may read it: through its own address, or signed in. Nobody in between keeps them."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app.core.settings import Settings
from app.core.web import Config, Db
from grids.who import Me
from tickets import consultations, conversation, thread_photos, threads
from tickets.photo_tables import Photo

HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex, nofollow"}


@get("/q/{token:str}/photos/{photo_id:int}", sync_to_thread=True, include_in_schema=False)
def whole(token: FromPath[str], photo_id: FromPath[int], session: Db, settings: Config) -> Response[bytes]:
    return _told(settings, _of_asker(session, token, photo_id), small=False)


@get("/q/{token:str}/photos/{photo_id:int}/small", sync_to_thread=True, include_in_schema=False)
def small(token: FromPath[str], photo_id: FromPath[int], session: Db, settings: Config) -> Response[bytes]:
    return _told(settings, _of_asker(session, token, photo_id), small=True)


@get("/desk/tickets/{ticket_id:int}/photos/{photo_id:int}", sync_to_thread=True, include_in_schema=False)
def whole_for_staff(ticket_id: FromPath[int], photo_id: FromPath[int], session: Db, me: Me, settings: Config) -> Response[bytes]:
    ticket = conversation.find(session, ticket_id, for_=me)
    return _told(settings, thread_photos.find(session, ticket, photo_id), small=False)


@get("/desk/tickets/{ticket_id:int}/photos/{photo_id:int}/small", sync_to_thread=True, include_in_schema=False)
def small_for_staff(ticket_id: FromPath[int], photo_id: FromPath[int], session: Db, me: Me, settings: Config) -> Response[bytes]:
    ticket = conversation.find(session, ticket_id, for_=me)
    return _told(settings, thread_photos.find(session, ticket, photo_id), small=True)


@get("/desk/consultations/{consultation_id:int}/photos/{photo_id:int}", sync_to_thread=True, include_in_schema=False)
def whole_asked(consultation_id: FromPath[int], photo_id: FromPath[int], session: Db, me: Me, settings: Config) -> Response[bytes]:
    return _told(settings, thread_photos.find(session, consultations.thread(session, consultation_id, for_=me), photo_id), small=False)


@get("/desk/consultations/{consultation_id:int}/photos/{photo_id:int}/small", sync_to_thread=True, include_in_schema=False)
def small_asked(consultation_id: FromPath[int], photo_id: FromPath[int], session: Db, me: Me, settings: Config) -> Response[bytes]:
    return _told(settings, thread_photos.find(session, consultations.thread(session, consultation_id, for_=me), photo_id), small=True)


def _of_asker(session: Db, token: str, photo_id: int) -> Photo:
    """What stood in the thread before this address led there is not this reader's."""
    ticket = conversation.by_token(session, token)
    return thread_photos.find(session, ticket, photo_id, after=threads.after(session, token))


def _told(settings: Settings, photo: Photo, *, small: bool) -> Response[bytes]:
    return Response(thread_photos.picture(settings, photo, small=small), media_type="image/jpeg", headers=HEADERS)


routes: list[Any] = [whole, small, whole_for_staff, small_for_staff, whole_asked, small_asked]
