"""Learning: who takes which course, how far they are, and what they answered.

An *assignment* asks a person, team or cohort to take a course or series by a date; an
*enrolment* is one person's way through one course, on the version they started; a
*checkpoint response* is one answer given inside a lesson. Completion goes to the ledger.
"""
