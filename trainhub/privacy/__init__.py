"""Personal data: what is kept of whom, why and how long; a copy for oneself; erasure.

A *declaration* says of every column of one table whether it is personal, what it is for, how
long it is kept, how it is handed out and what an erasure does to it. *Erasing* a person means:
the account is closed and named by a *pseudonym*, what is no lawful evidence is deleted, the rest
stays under the pseudonym. A *legal hold* keeps everything about somebody until it is lifted.

Knows every table by its declaration, and of its neighbours only people and the audit trail.
"""
