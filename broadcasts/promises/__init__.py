"""Times that were told, reminders of them, who is called when one comes near, and the companies' rules behind all of it."""
