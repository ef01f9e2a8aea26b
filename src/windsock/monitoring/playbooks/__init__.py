"""Playbooks act: the steps of a known event become runs, each looked at before it is done, bounded, checked afterwards and undone.

Words: an *action kind* is a way to act that a room gives, with its parameters; a *run* is one step of a playbook for one alert or incident, for ever;
a *diff* says what a run would change; *caps* bound a kind by the hour and in money by the day; a *flag* is a value that other rooms read.
Invariants: a step is run once for an alert and once for an incident; what a run changes commits together with its outcome; a kind that costs money or
touches price or stock is approved by another member than the one who proposed it, and never runs by itself.
"""
