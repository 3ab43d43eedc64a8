"""Who asks: homes and numbers, proved to be one or told apart, moved away, and what is remembered of them."""
