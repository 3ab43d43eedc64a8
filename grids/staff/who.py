"""The colleague who asks, as pages take it: `def inbox(session: Db, me: Me)`."""

from litestar.di import NamedDependency

from grids.staff import staff

Me = NamedDependency[staff.Me]

Someone = NamedDependency[staff.Me | None]
"""The same where anybody may come: None for a resident."""
