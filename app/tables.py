"""Every table of the house, for migrations and tests."""

import broadcasts.area_tables
import broadcasts.as_before_tables
import broadcasts.cards.tables
import broadcasts.composer.tables
import broadcasts.deliveries.tables
import broadcasts.promises.tables
import broadcasts.sending.tables
import broadcasts.tariffs.tables
import broadcasts.writing_tables
import grids.calendar.tables
import grids.points.tables
import grids.staff.tables
import tickets.answers.tables
import tickets.appointments.tables
import tickets.clocks.shift_tables
import tickets.clocks.tables
import tickets.field.tables
import tickets.households.tables
import tickets.kinds.tables
import tickets.outages.tables
import tickets.photos.tables
import tickets.privacy.tables
import tickets.procedures.tables
import tickets.rating_tables
import tickets.specialists.tables
import tickets.tables
import tickets.triage.tables
import tickets.wording.tables
from app.core import audit, idempotency
from app.core.database import Table

metadata = Table.metadata
