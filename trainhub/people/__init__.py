"""People: accounts, roles, teams, cohorts, sign-in.

A *person* may hold several *roles*. An agent belongs to a *team*; a supervisor answers for
teams through *supervision*. A *cohort* is the people who start together. A *sign-in* is one
browser's right to act as a person (a row, ended by deleting the right, not the browser);
an *invitation* is a link that works once, to set a first or a new password.

Knows nothing to its right: what people learn hangs on them elsewhere.
"""
