"""What a question is: the kinds of the service standard, named anew by each company."""
