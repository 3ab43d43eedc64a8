"""When we come to people's homes: the slots, who booked them, what becomes of the question."""
