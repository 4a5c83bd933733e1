"""Delivery: from a need for training to a class that was held, and what became of it.

A *campaign* wants people to attend courses by a date inside the limits it names. A *plan run*
turns it into a planning problem (`trainhub.planner`), has it solved outside the web and keeps
the plan until it is agreed. Agreeing makes *training sessions* (a course held in a slot) with
*bookings* (a person in it); publishing tells people. *Attendance* is what happened; hours lost
and made up stand in the *training debt*. A *training request* is how a team leader asks for a
class in the first place.

Left of it: people, catalogue, ledger, learning, rota. Right of it: certification, notices.
"""
