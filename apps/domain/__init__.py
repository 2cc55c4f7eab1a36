"""The maths. Pure: no Django, no database, no clock, no user-facing sentences."""
