"""Work away from the desk: the ten-second consult record, and the log of outings."""
