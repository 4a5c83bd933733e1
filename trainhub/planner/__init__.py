"""The planner: a planning problem in, a plan of classes out; it knows no database and no page.

Words: an *agent* is a person by number; a *course* is to be taught once to each who needs it; a
*class* (training session) is a course at a day, a start, a room and with a trainer; a *seat* is
an agent in a class; a *window* is the stretch of a shift in which a class may lie; a *queue* is a
pool of calls with its own requirement per interval; *cover* is heads on the phones against that
requirement. The hard rules are numbered H1 to H12 and the costs are named after the weights of
the problem: see docs/planner.md.

Rooms: `problem` is what is asked and answered, `solving` finds plans, `judging` checks, costs and
explains them and knows nothing of solving.

Neighbours: `rota` and `delivery` write problems and read plans; the command line does the same
with files. Nothing here imports them.

How the words are read where a sentence leaves room:

- A time of a day is compared as day × 1440 + minute, so a night shift's class past midnight meets
  the room, the trainer and the cover of the next day. A class lies inside the calendar when its
  day does and it ends before the calendar ends.
- A class occupies every interval it touches. A shift gives a head to the intervals it covers
  wholly; an `early` window off the phones takes it from every interval it touches.
- Where several windows of a shift hold a class, the first listed of a kind the course allows is
  the one the agent sits in.
- Shortfall counts what classes cause: max(0, people out − max(0, surplus)) per queue and interval.
- Pins win over every other rule: a pinned class may stay below `min_seats`, and a pinned seat
  stays although the rota has changed. All they use counts against everybody else.
- A trainer may be an agent as well (H6b): a class they sit in and one they teach never overlap;
  what they teach counts neither as a class of their day nor as training of their week.
- A previous seat counts as moved unless the same agent sits the same course at that day and start.
"""
