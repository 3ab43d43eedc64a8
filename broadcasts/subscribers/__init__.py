"""Who wants to hear, without an account; and whom a notice concerns."""
