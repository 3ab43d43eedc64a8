"""How long an answer may take and how long it took: standards as data, clocks, pauses, and who is called when time runs out."""
