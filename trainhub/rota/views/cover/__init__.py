"""The cover of queues, and the calculator for one interval or a peak."""
