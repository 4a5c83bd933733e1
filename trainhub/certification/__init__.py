"""Certification: what somebody may do, on what evidence, until when, and why not yet.

A *programme* has *versions*; a version has *stages* of *requirements*. Somebody *enrolled* in
a programme has a *standing*: every requirement with its state, its *evidence* and the next
step. A standing without gaps is granted an *award*; the *certificate* is its printed face.
A requirement can be *waived* or *extended* for one person, with a reason and an end.

Competency: a *competency model* weights *indicators*; observed work is *rated* by one or two
raters, apart from each other; a *sign-off* is a supervisor's word at the end.

Left of it stand the subjects that leave evidence in the ledger; none of them knows it. Kinds of
evidence are entered in `evidence`, by this subject and by later ones.
"""
