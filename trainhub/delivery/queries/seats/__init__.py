"""Reading seats: somebody's classes, who may sit where, who is off the phones."""
