"""Typing tests: passages, runs, keystroke timelines, and scoring that does not trust a browser.

A *passage* is a text to type, frozen in *versions*. A *run* is one person's go at a passage:
practice, or scored under a *typing test*, whose settings (speed and accuracy to reach, attempts,
which runs count) are frozen on the run at its start. A run's *timeline* is what happened at the
keyboard, sent in *chunks* while it happens; every figure is computed from it on the server. A
*verdict* accepts a run, flags it for a person or refuses it; a *review* is what the person says.
A *sitting* is a room in which somebody supervises.

Left neighbours: people, catalogue (whose languages it shares), ledger (to which passed and
failed tests go). Equals: assessment; the two do not know each other.
"""
