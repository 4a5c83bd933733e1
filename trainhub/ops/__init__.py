"""Running the program: serving, the scheduler, the database's structure, backup and repair.

Words: a *lease* is the right of one worker process to run jobs, for half a minute at a time;
a *job* is work done because an hour has come, a *run* is that work for one hour (`due_at`);
a *backup* is a copy of the database with a *manifest* that says what it is and proves it whole.
Neighbours: everything else is further left; only `cli` and `assembly` know this subject.
"""
