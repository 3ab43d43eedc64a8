"""From a pasted text to a published notice: the form, its questions, its preview."""
