"""What members fill in about a call and its customer."""

from django import forms

from calls.limits import BLOCK_REASON_CHARACTERS, NOTE_CHARACTERS


class NoteForm(forms.Form):
    """A note on a call; empty takes it away."""

    note = forms.CharField(required=False, max_length=NOTE_CHARACTERS)


class BlockForm(forms.Form):
    """Why no more calls are taken from a customer; colleagues read it."""

    reason = forms.CharField(required=False, max_length=BLOCK_REASON_CHARACTERS)
