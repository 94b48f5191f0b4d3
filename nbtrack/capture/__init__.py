"""The write side: what is noticed of a run goes to the journal."""
