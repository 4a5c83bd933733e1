"""Exams: a bank of questions, papers drawn from it, sittings, marking, and what comes to light.

A *bank item* is a question whatever its language; its *versions* are its published texts. An
*exam* is a blueprint (which questions) with rules of sitting (how they are asked), frozen in
*exam versions*. A *sitting* opens one exam version to *candidates* for a window of time. An
*attempt* is one candidate's go at it: a paper drawn on the server, one row for each question.

Left neighbours: people, catalogue (whose quiz questions the bank takes over), ledger (to which
passed and failed attempts go). Assessment knows nothing of certificates.
"""
