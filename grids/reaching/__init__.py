"""Who reaches which place to pay on foot: reckoned when something is written, kept in a table, read when somebody asks."""
