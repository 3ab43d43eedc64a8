"""Who asked gets answered: questions attached to a notice, told each of its updates once, by whatever way brings it home."""
