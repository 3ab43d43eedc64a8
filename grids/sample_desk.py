"""The files that an administrator fills in."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from grids.importing import samples
from grids.staff.who import Me


@get("/desk/admin/imports/samples/{what:str}", sync_to_thread=True, include_in_schema=False)
def sample(what: FromPath[str], me: Me) -> Response[bytes]:
    me.must_administer()
    name, kind, body = samples.file(what)
    kept = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(body, media_type=kind, headers=kept)


routes: list[Any] = [sample]
