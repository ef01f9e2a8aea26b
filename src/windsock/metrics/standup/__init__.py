"""The stand-up around the 09:00 page: what is red, what runs today, and who promised what until when.

Words: a *red* line costs money now; a *flag* marks a date; a *promise* has an owner and a date. Invariants: what stands on a frozen page
is kept with it; promises are never lost, only closed; who closes one is written down, and it can be opened again.
"""
