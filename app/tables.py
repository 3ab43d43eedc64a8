"""Every table of the house, for migrations and tests."""

import broadcasts.as_before_tables
import broadcasts.promise_tables
import broadcasts.sending.tables
import grids.passing_tables
import tickets.abuse_tables
import tickets.appointment_tables
import tickets.carriage_tables
import tickets.clock_tables
import tickets.consultation_tables
import tickets.idea_tables
import tickets.outreach_tables
import tickets.photo_tables
import tickets.privacy.tables
import tickets.procedure_tables
import tickets.removal_tables
import tickets.shift_tables
import tickets.tables
from app.core import audit, idempotency
from app.core.database import Table

metadata = Table.metadata
