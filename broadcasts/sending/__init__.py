"""What no interface can reach: WeChat groups, posters, loudspeakers, stewards, doors. A person does it and ticks it."""
