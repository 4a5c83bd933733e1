"""The rota and the demand: who works when, how many are needed, and how much room that leaves.

A *site* is a place with its own clock; a *queue* a pool of contacts with its own requirement;
a team belongs to one site and one queue (`TeamPlace`). A *shift code* names a way to work a day;
the *rota* gives a person a code a day (`Shift`). A *day's demand* holds contacts and handling
time per interval; the *interval requirement* is computed from it, the *cover* compares it with
the people rostered. Times of day are whole minutes from midnight of the local date a shift
belongs to and pass 1440 for what lies after the next midnight.

Left of it: people. Right of it: delivery, which takes people off the phones for classes.
"""
