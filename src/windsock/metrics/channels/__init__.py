"""Channels of sale in balance: what each brings and costs, how much is direct, who could book direct, and what a shift would be worth.

Words: *distribution* is every channel of others (online agencies, agents, corporate); *reach* says how near to us somebody is who booked
there: buys from us too, is a member, visits our pages, or nothing is known. Invariants: figures are metrics of the library, so they are
those of every other page; costs of service and all of a shift are assumptions, shown as such and kept with who set them.
"""
