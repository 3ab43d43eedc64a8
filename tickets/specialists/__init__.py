"""Who is asked beside the manager, while one owner goes on facing the asker."""
