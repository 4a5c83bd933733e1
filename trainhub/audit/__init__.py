"""The audit trail: who did what to what, when and why, in a chain that shows tampering.

Leftmost of the subjects, so that every other one can write to it. An *entry* is one row;
the *chain* is each entry's hash over its own content and the hash before it.
"""
