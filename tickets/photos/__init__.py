"""Photos in threads: painted anew, shown to whoever may read the thread, wiped."""
