"""Places to pay and what is taken there, kept true by those who go there."""
