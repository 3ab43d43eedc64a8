"""Walking reach: how long it takes on foot from homes to places to pay, and how sure that is."""
