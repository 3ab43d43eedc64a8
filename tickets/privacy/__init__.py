"""What is kept of people: masked until there is a reason, copied or erased when they ask, gone when its time is over."""
