"""The colleague who asks, as pages take it: `def inbox(session: Db, me: Me)`."""

from litestar.di import NamedDependency

from grids import staff

Me = NamedDependency[staff.Me]
