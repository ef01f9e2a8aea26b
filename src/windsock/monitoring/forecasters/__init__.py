"""Warnings before the fact: how likely it is that a day ends below its target, by what such forecasts were worth of late."""
