"""Rows that are sent: leased by workers, recorded in bulk, tried again when due."""
