"""What electricity costs, and what a tenant should pay."""
