"""What the ten-minute circle is measured by."""

MINUTES = 10
# Metres a minute; an older walker's are 0.8 a second.
PACE, SLOWER_PACE = 80.0, 48.0
